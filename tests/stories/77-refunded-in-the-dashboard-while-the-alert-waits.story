# No rule fits. Somebody gives a part back in Stripe's dashboard, then the rest: once all is back the alert ends by itself, and Ethoca hears of it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 1 hour
when   stripe refunds 20.00 USD
when   stripe delivers its events
then   print alert, ethoca outcomes
when   time passes 1 hour
when   stripe refunds 29.00 USD
when   stripe delivers its events
then   print alert, stripe refunds, ethoca outcomes, history
# Stripe's events do not come, and nobody presses anything: at the deadline the payment is read once more.
given  payment 30.00 USD
when   ethoca alerts 30.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 1 hour
when   stripe refunds 30.00 USD
when   time passes 44 hours
then   print alert
when   time passes 1 hour
then   print alert, ethoca outcomes, history
# A person who presses refund then hears of the refund that is there.
given  payment 31.00 USD
when   ethoca alerts 31.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 1 minute
when   stripe refunds 31.00 USD
when   person REFUND
then   print alert, ethoca outcomes

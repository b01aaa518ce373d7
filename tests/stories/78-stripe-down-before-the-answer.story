# Nobody decides, and at the deadline Stripe is down: the answer waits for it, and what went back meanwhile is told.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
when   stripe refunds 49.00 USD
given  stripe is down
when   time passes 46 hours
then   print alert, ethoca outcomes
given  stripe is up again
when   time passes 10 minutes
then   print alert, ethoca outcomes
# It is down until shortly before the network's limit: then Ethoca has its answer as it stands.
given  payment 30.00 USD
when   ethoca alerts 30.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
given  stripe is down
when   time passes 46 hours
then   print alert
when   time passes 1 hour
then   print alert, stripe refunds, ethoca outcomes, history

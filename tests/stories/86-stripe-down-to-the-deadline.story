# Stripe does not answer: a person is asked, it is tried again by itself, and at the deadline the bank does not hear that nothing was found.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe is down
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alert, integration
when   time passes 45 hours
then   print alert, history, ethoca outcomes
# It answers again after some hours: the alert is matched by itself, long before its deadline.
given  payment 35.00 USD
when   ethoca alerts 35.00 USD ACMEFIT*PLAN of payment
when   time passes 3 hours
then   print alert 2
given  stripe is up again
when   time passes 3 hours
then   print alert 2, integration, stripe refunds

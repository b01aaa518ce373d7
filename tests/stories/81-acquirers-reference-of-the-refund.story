# The acquirer's reference of a refund goes to Ethoca where it is known before the answer; known later it is put on the alert, and Ethoca hears nothing again.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  subscriber of alert.updated
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  ethoca fails status_500 2 times
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   stripe knows the reference of the refund
when   stripe delivers its events
when   time passes 2 hours
then   print alert, ethoca outcomes
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 3 days
when   stripe knows the reference of the refund
when   stripe delivers its events
then   print alert, history, subscriber, ethoca outcomes

# A part went back twice before the alert came, once in Stripe's dashboard and once by hand: the remainder goes back by itself, and Ethoca hears its amount. Of a part that is disputed then, a person says how much is owed.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe refunds 10.00 USD
given  hand refunds payment of 5.00 USD
when   time passes 24 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
given  payment 60.00 USD
given  stripe refunds 10.00 USD
when   time passes 1 hour
when   ethoca alerts 60.00 USD ACMEFIT*PLAN of payment disputes 20.00 USD
then   print alert
when   person REFUND
then   print alert, ethoca outcomes

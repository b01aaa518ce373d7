# The bank says that the customer was charged twice, and two equal captures of the card are there: the later one goes back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   time passes 5 minutes
given  payment 49.00 USD
when   time passes 2 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN reason 12.6.1
then   print alert, stripe refunds, ethoca outcomes

# The bank tells of a transaction of 49.00, and the card's only sale at hand is another one, of 100.00: nothing says that a
# part of it is disputed, so a person looks.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 100.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print alert, stripe refunds
when   ethoca alerts 60.00 USD ACMEFIT*PLAN disputes 100.00 USD
then   print alert 2, stripe refunds
when   ethoca alerts 100.00 USD ACMEFIT*PLAN disputes 49.00 USD
then   print alert 3, stripe refunds

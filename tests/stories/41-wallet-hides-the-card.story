# A wallet hides the card: amount, day and brand fit, which is for a person to judge.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN last4 9999
then   print alert, stripe refunds
when   person REFUND names payment 1
then   print alert, stripe refunds, ethoca outcomes

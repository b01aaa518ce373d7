# Two payments fit equally well: neither is refunded until a person names one.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print alert, stripe refunds, ethoca outcomes
when   person REFUND
then   print answer
when   person REFUND names payment 2
then   print answer, alert, stripe refunds, ethoca outcomes

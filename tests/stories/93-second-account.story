# A second merchant account has the same statement text: alerts of both come to the organisation, and the sale tells whose rules apply.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  order AF-1 20.00 USD last4 1881
given  account enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   ethoca alerts 20.00 USD ACMEFIT*PLAN last4 1881
then   print quarantine, alerts, stripe refunds, ethoca outcomes

# A person wants to refund, and which payment is not known: it must be named, and must be the shop's.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   time passes 8 days
when   ethoca alerts 49.00 USD ACMEFIT*PLAN sold 2026-02-25T09:00:00Z
then   print alert
when   person REFUND
then   print answer
when   person REFUND names unknown
then   print answer
when   person REFUND names payment 1
then   print answer, alert, stripe refunds, ethoca outcomes

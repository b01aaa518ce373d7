# The bank disputes two parts of one payment, one after the other: the second is no duplicate of the first. A person gives it back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 29.00 USD
when   time passes 1 hour
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 20.00 USD
then   print alerts
when   person REFUND
when   time passes 1 hour
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 20.00 USD
then   print alert 2, alert 3, stripe refunds, ethoca outcomes

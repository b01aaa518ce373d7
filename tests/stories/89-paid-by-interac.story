# A Canadian debit card at a terminal.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 CAD at interac_present
when   ethoca alerts 49.00 CAD ACMEFIT*PLAN of payment
then   print alert, stripe refunds

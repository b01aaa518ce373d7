# Ethoca tells placeholders for times: they count as absent, the deadline counts from the arrival, and what was left out is seen.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment raised 0001-01-01T00:00:00Z sold 9999-12-31T23:59:59Z
then   print alert, stripe refunds, ethoca outcomes, alarms
given  payment 48.00 USD
when   ethoca alerts 48.00 USD ACMEFIT*PLAN of payment sold 20260217
then   print alert, stripe refunds, ethoca outcomes, alarms

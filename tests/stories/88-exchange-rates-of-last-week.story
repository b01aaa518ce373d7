# Rates are good for a week. With older ones no rule compares another currency, a cap does not count it, and an alarm rings.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  rate EUR 1.170000
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT and amount LESS_THAN 60.00 USD
given  automation ON cap 5 refunds 100.00 USD
when   time passes 7 days
given  payment 40.00 EUR
when   ethoca alerts 40.00 EUR ACMEFIT*PLAN of payment
when   time passes 1 days
given  payment 41.00 EUR
when   ethoca alerts 41.00 EUR ACMEFIT*PLAN of payment
then   print alerts, stripe refunds, alarms
given  rate EUR 1.180000
when   rules apply
then   print alerts, stripe refunds, alarms
given  ruleset REFUND priority 1 when descriptor STARTS_WITH ACMEFIT
when   time passes 8 days
given  payment 42.00 EUR
when   ethoca alerts 42.00 EUR ACMEFIT*PLAN of payment
then   print alert, alarms

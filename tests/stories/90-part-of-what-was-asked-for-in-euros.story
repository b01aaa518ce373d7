# Of the euros that the cardholder was asked for a part is disputed. Nobody tells what that is in dollars: a person does.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD presented 43.21 EUR
when   ethoca alerts 43.21 EUR ACMEFIT*PLAN disputes 20.00 EUR
then   print alert, stripe refunds, alarms
when   person REFUND amount 22.68 USD
then   print alert, stripe refunds, ethoca outcomes

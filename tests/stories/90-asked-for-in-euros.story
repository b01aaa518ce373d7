# The shop sells in dollars, the cardholder was asked for euros. The bank disputes those euros to the cent: the whole sale goes back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD presented 43.21 EUR
when   ethoca alerts 43.21 EUR ACMEFIT*PLAN
then   print alert, stripe refunds, ethoca outcomes

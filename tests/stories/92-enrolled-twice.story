# The same descriptor is asked for twice by one organisation, the second time in another spelling: there is one enrolment, and its alerts come.
given  org Acme enrolled ETHOCA descriptor ACMEFIT*PLAN
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
then   print enrolment
given  enrols ETHOCA descriptor "acme fit plan"
then   print enrolment
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alerts, quarantine, stripe refunds, ethoca outcomes

# Two organisations enrol overlapping descriptors: the second routes nothing until the operator has decided, the first goes on.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  org Rivalfi enrolled ETHOCA descriptor ACMEFI
then   print enrolment
when   ethoca alerts 49.00 USD ACMEFIX*CLUB
when   ethoca alerts 48.00 USD ACMEFIT*PLAN
then   print alerts, quarantine
when   operator sets ENABLED
then   print enrolment
when   ethoca alerts 47.00 USD ACMEFIX*CLUB
when   ethoca alerts 46.00 USD ACMEFIT*PLAN
then   print alerts
when   operator releases
then   print answer, alerts, quarantine

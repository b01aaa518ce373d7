# A name of two to four letters is enrolled whole; as the beginning of others it waits for the operator, and keeps nobody's alerts back.
given  org Hennes enrolled ETHOCA descriptor "H&M" EQUALS
then   print enrolment
given  org Ingvar enrolled ETHOCA descriptor IKEA EQUALS
then   print enrolment
given  org Ikon enrolled ETHOCA descriptor IK STARTS_WITH
then   print enrolment
when   ethoca alerts 49.00 USD "H & M"
when   ethoca alerts 48.00 USD Ikea
when   ethoca alerts 47.00 USD "IKON STUDIO"
then   print alerts, quarantine
when   operator sets ENABLED
when   ethoca alerts 46.00 USD Ikea
when   ethoca alerts 45.00 USD "IKON STUDIO"
then   print alerts, quarantine, alarms

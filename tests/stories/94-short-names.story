# A name of two to four letters is enrolled whole; as the beginning of others it waits for the operator, and keeps nobody's alerts back.
given  org Hennes enrolled ETHOCA descriptor "H&M" EQUALS
then   print enrolment
    enrl_1 of Hennes PENDING
given  org Ingvar enrolled ETHOCA descriptor IKEA EQUALS
then   print enrolment
    enrl_2 of Ingvar PENDING
given  org Ikon enrolled ETHOCA descriptor IK STARTS_WITH
then   print enrolment
    enrl_3 of Ikon NEEDS_ATTENTION: A descriptor is the beginning of too many names; it routes nothing until whoever operates the system has looked.
when   ethoca alerts 49.00 USD "H & M"
when   ethoca alerts 48.00 USD Ikea
when   ethoca alerts 47.00 USD "IKON STUDIO"
then   print alerts, quarantine
    alrt_1 of Hennes ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_2 of Ingvar ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    quar_1: A3, HELD: the enrolment of its descriptor needs attention
when   operator sets ENABLED
when   ethoca alerts 46.00 USD Ikea
when   ethoca alerts 45.00 USD "IKON STUDIO"
then   print alerts, alarms
    alrt_1 of Hennes ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_2 of Ingvar ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_3 of Ikon ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    rings: Quarantined: the enrolment of its descriptor needs attention

# Two organisations enrol overlapping descriptors: the second routes nothing until the operator has decided, the first goes on. What both fit
# from then on is neither's by its pattern.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  org Rivalfi enrolled ETHOCA descriptor ACMEFI
then   print enrolment
    enrl_1 of Rivalfi NEEDS_ATTENTION: A descriptor overlaps one that is enrolled already; it routes nothing until this is cleared up.
when   ethoca alerts 49.00 USD ACMEFIX*CLUB
when   ethoca alerts 48.00 USD ACMEFIT*PLAN
then   print alerts, quarantine
    alrt_1 of Acme ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    quar_1: A1, HELD: the enrolment of its descriptor needs attention
when   operator sets ENABLED
then   print enrolment
    enrl_1 of Rivalfi ENABLED
when   operator releases
when   ethoca alerts 47.00 USD ACMEFIX*CLUB
then   print answer, alerts, quarantine, alarms
    200
    alrt_2 of Rivalfi ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_1 of Acme ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_3 of Rivalfi ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    quar_1: A1, RELEASED: the enrolment of its descriptor needs attention
    rings: Quarantined: the enrolment of its descriptor needs attention
when   ethoca alerts 46.00 USD ACMEFIT*PLAN
then   print alerts
    alrt_2 of Rivalfi ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_1 of Acme ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_3 of Rivalfi ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED

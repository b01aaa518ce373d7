# Two organisations enrol overlapping descriptors: the second routes nothing until the operator has decided.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  org Rivalfit enrolled ETHOCA descriptor ACMEFITNESS
then   print enrolment
    enrl_1 of Rivalfit NEEDS_ATTENTION: A descriptor overlaps one that is enrolled already; it routes nothing until this is cleared up.
when   ethoca alerts 49.00 USD ACMEFITNESS*CLUB
then   print alerts, quarantine
    no alerts
    quar_1: A1, HELD: the enrolment of its descriptor needs attention
when   operator sets ENABLED
then   print enrolment
    enrl_1 of Rivalfit ENABLED: A descriptor overlaps one that is enrolled already; it routes nothing until this is cleared up.
when   ethoca alerts 48.00 USD ACMEFITNESS*CLUB
when   ethoca alerts 47.00 USD ACMEFIT*PLAN
then   print alerts
    alrt_1 ACTION_REQUIRED, needs a person, NOT_FOUND, NOT_REFUNDED
    alrt_2 ACTION_REQUIRED, needs a person, NOT_FOUND, NOT_REFUNDED

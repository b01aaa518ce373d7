# A merchant without an integration cancelled the subscription: the bank hears what was done, and nobody says that nothing was found.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
when   page CANCEL by kim
then   print answer, alert, history, ethoca outcomes
    303 by the page
    alrt_1 RESOLVED, CANCELLED, NOT_REFUNDED
      decided CANCEL by MEMBER mem_1, cancelled externally
      subscription DECLARED
      told ACCOUNT_SUSPENDED, NOT_REFUNDED: ACCEPTED
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 10:00:00 DECIDED by MEMBER
    02-17 10:00:00 RESOLVED by VENDOR
    A1: ACCOUNT_SUSPENDED, NOT_REFUNDED, "The subscription was cancelled; no refund was made."
when   ethoca alerts 35.00 USD ACMEFIT*PLAN
when   person CANCEL alert 2
then   print alert 2, ethoca outcomes
    alrt_2 RESOLVED, CANCELLED, NOT_REFUNDED
      decided CANCEL by KEY key_1, cancelled externally
      subscription DECLARED
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    A1: ACCOUNT_SUSPENDED, NOT_REFUNDED, "The subscription was cancelled; no refund was made."
    A2: UNRESOLVED_DISPUTE, NOT_REFUNDED, "The subscription was cancelled; no refund was made."

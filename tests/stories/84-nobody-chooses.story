# Two payments fit and nobody chooses: the bank does not hear that none was found.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   time passes 46 hours
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, EXPIRED, NOT_REFUNDED
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "Payments that may be the one were found, and none was confirmed in time; no refund was made."
when   ethoca alerts 12.00 USD ACMEFIT*PLAN sold 2026-03-25T09:00:00Z
when   person CANCEL alert 2
then   print answer
    422 TRANSACTION_REQUIRED: No payment is known for this alert: name it, or set `cancelled_externally` if its subscription was ended already.
      TRANSACTION_REQUIRED: No payment is known for this alert: name it, or set `cancelled_externally` if its subscription was ended already.
when   person CANCEL elsewhere alert 2
then   print answer, alert 2, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_2 RESOLVED, CANCELLED, NOT_REFUNDED
      decided CANCEL by KEY key_1, cancelled externally
      subscription DECLARED
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
      left out transactionTimestamp 2026-03-25T09:00:00Z: IN_FUTURE
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "Payments that may be the one were found, and none was confirmed in time; no refund was made."
    A2: UNRESOLVED_DISPUTE, NOT_REFUNDED, "The subscription was cancelled; no refund was made."

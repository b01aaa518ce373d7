# A person wants to refund, and which payment is not known: it must be named, and must be the shop's.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   time passes 8 days
when   ethoca alerts 49.00 USD ACMEFIT*PLAN sold 2026-02-25T09:00:00Z
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NOT_FOUND, NOT_REFUNDED
when   person REFUND
then   print answer
    422 TRANSACTION_REQUIRED: No payment is known for this alert: name it, or set `refunded_externally` if the money went back already.
      TRANSACTION_REQUIRED: No payment is known for this alert: name it, or set `refunded_externally` if the money went back already.
when   person REFUND names unknown
then   print answer
    422 VALIDATION_FAILED: `integration_transaction_id`: The enrolment's merchants have no such payment.
      UNKNOWN_TRANSACTION: The enrolment's merchants have no such payment.
when   person REFUND names payment 1
then   print answer, alert, stripe refunds, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact
      decided REFUND by KEY key_1
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

# A merchant without a processor of ours refunded and cancelled by hand, before the alert's sale is known or after.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   person REFUND_AND_CANCEL
then   print answer, alert, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      decided REFUND_AND_CANCEL by KEY key_1, refunded externally, cancelled externally
      refund without a reference of 49.00 USD, DECLARED
      subscription DECLARED
      told RESOLVED, REFUNDED: ACCEPTED
    A1: RESOLVED, REFUNDED 49.00 USD

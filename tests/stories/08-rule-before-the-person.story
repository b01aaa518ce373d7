# The rule has decided when a person acts: the same action is fine, another one is refused.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  queues wait
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   queues move once
when   queues move once
then   print history
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 DECIDED by SYSTEM
when   person ACCEPT_DISPUTE
then   print answer
    409 CONFLICT: REFUND_AND_CANCEL is being done; the alert is DECIDED.
when   person REFUND_AND_CANCEL
then   print answer
    200 ACTION_REQUIRED
when   queues move
when   person REFUND_AND_CANCEL
then   print answer, alert, stripe refunds, ethoca outcomes
    409 ALREADY_RESOLVED: The alert is RESOLVED; only its note can change.
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

# A note can be written at any time; an action can not once all is over.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   person note "Refunded, sorry."
then   print answer, alert
    200 RESOLVED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
      note "Refunded, sorry."
when   person REFUND_AND_CANCEL
then   print answer, history
    409 ALREADY_RESOLVED: The alert is RESOLVED; only its note can change.
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 DECIDED by SYSTEM
    02-17 10:00:00 ACTIONED by PROCESSOR
    02-17 10:00:00 RESOLVED by VENDOR
    02-17 10:00:00 NOTED by KEY

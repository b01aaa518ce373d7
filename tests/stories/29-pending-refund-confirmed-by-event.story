# Stripe confirms a pending refund by a signed event: only then does Ethoca hear of it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe keeps refunds pending
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED, not confirmed yet
    re_1 of pi_1: 49.00 USD pending, for alrt_1
    no ethoca outcomes
when   time passes 5 minutes
when   stripe confirms the refund
when   stripe delivers its events
then   print alert, stripe calls, ethoca outcomes, history
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    POST /v1/refunds: 200
    A1: RESOLVED, REFUNDED 49.00 USD
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 DECIDED by SYSTEM
    02-17 10:00:00 REFUNDING by SYSTEM
    02-17 10:01:00 DECIDED by SYSTEM
    02-17 10:01:00 REFUNDING by SYSTEM
    02-17 10:05:00 DECIDED by PROCESSOR
    02-17 10:05:00 ACTIONED by PROCESSOR
    02-17 10:05:00 RESOLVED by VENDOR

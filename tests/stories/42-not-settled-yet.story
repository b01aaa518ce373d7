# The payment is authorised and not captured: it is voided, not refunded.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD uncaptured
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe calls, ethoca outcomes
    alrt_1 RESOLVED, VOIDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund pi_1 of 49.00 USD, VOIDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, NOT_SETTLED: ACCEPTED
    POST /v1/payment_intents/pi_1/cancel: 200
    A1: RESOLVED, NOT_SETTLED

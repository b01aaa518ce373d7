# Stripe has too many calls: it is asked again later.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe throttles to POST at /v1/refunds once
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alert, stripe calls, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    POST /v1/refunds: 429
    POST /v1/refunds: 200
    A1: RESOLVED, REFUNDED 49.00 USD

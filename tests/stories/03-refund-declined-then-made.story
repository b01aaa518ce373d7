# Stripe cannot make the refund; a person orders it again and it goes through.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe will fail the next refund
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
when   person REFUND
then   print answer, alert, stripe calls, stripe refunds, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    POST /v1/refunds: 200
    POST /v1/refunds: 200
    re_2 of pi_1: 49.00 USD failed, for alrt_1
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

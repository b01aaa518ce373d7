# The money went back, and Stripe does not cancel the subscription: it is tried again, then shown.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  subscription 49.00 USD
given  stripe is down to DELETE at /v1/subscriptions
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alert, stripe calls, stripe subscriptions, ethoca outcomes, alarms
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription FAILED the answer was status 503
      told RESOLVED, REFUNDED: ACCEPTED
    POST /v1/refunds: 200
    DELETE /v1/subscriptions/sub_1: 503
    DELETE /v1/subscriptions/sub_1: 503
    DELETE /v1/subscriptions/sub_1: 503
    DELETE /v1/subscriptions/sub_1: 503
    sub_1 active
    A1: RESOLVED, REFUNDED 49.00 USD
    alrt_1 rings: Subscription could not be cancelled: the answer was status 503

# Ethoca pushes the same alert twice: there is one alert, one refund and one answer.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  subscription 49.00 USD
when   time passes 24 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   ethoca alerts again
then   print push, alerts, stripe refunds, stripe subscriptions, ethoca outcomes, history
    200, acknowledged: A1
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription CANCELLED sub_1
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    sub_1 canceled
    A1: RESOLVED, REFUNDED 49.00 USD
    02-18 10:00:00 RECEIVED by VENDOR
    02-18 10:00:00 MATCHED by SYSTEM
    02-18 10:00:00 DECIDED by SYSTEM
    02-18 10:00:00 ACTIONED by PROCESSOR
    02-18 10:00:00 RESOLVED by VENDOR

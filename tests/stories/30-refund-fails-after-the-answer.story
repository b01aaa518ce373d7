# A refund that was confirmed fails days later: the answer was final and there is no second one.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 3 days
when   stripe fails the refund
when   stripe delivers its events
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_1 RESOLVED, REFUND_FAILED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED, failed: expired_or_canceled_card
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD failed, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    alrt_1 rings: Refund failed after the answer: expired_or_canceled_card

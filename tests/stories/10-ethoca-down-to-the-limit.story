# An alert comes three hours before its limit. Ethoca takes no answer until it is too late: the alert says that it went unanswered, the refund stays.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  ethoca fails status_500 9999 times
when   ethoca alerts 49.00 USD ACMEFIT*PLAN raised 2026-02-15T13:00:00Z of payment
when   time passes 4 hours
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_1 RESOLVED, UNANSWERED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: TOO_LATE
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    no ethoca outcomes
    alrt_1 rings: Answer could not be given before the limit

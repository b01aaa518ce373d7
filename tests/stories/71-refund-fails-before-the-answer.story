# A refund was confirmed, and fails while Ethoca is down and was told nothing: it never hears REFUNDED, and a person is asked.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  ethoca fails status_500 40 times
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 10 minutes
then   print alert
    alrt_1 ACTION_REQUIRED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED
when   stripe fails the refund
when   stripe delivers its events
when   time passes 6 hours
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (expired_or_canceled_card), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    re_1 of pi_1: 49.00 USD failed, for alrt_1
    no ethoca outcomes
when   person ACCEPT_DISPUTE
then   print answer, alert, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by KEY key_1
    no ethoca outcomes
when   time passes 8 hours
then   print ethoca outcomes
    A1: OTHER, NOT_REFUNDED, "The refund could not be made."

# A pending refund fails at last: Ethoca heard nothing, and a person is asked.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe keeps refunds pending
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 5 minutes
when   stripe fails the refund
when   stripe delivers its events
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (expired_or_canceled_card), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    re_1 of pi_1: 49.00 USD failed, for alrt_1
    no ethoca outcomes

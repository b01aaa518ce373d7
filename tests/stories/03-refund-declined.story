# Stripe cannot make the refund: a person sees why, and accepts the dispute.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe will fail the next refund
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (lost_or_stolen_card), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no ethoca outcomes
when   person ACCEPT_DISPUTE
then   print answer, alert, stripe refunds, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUND_FAILED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by KEY key_1
      told OTHER, NOT_REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD failed, for alrt_1
    A1: OTHER, NOT_REFUNDED, "The refund could not be made."

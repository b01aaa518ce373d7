# The bank knows the number of the phone, not the card behind it. Stripe tells both, so the payment is found as any other.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD wallet 9876
when   ethoca alerts 49.00 USD ACMEFIT*PLAN bin 481582 last4 9876
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card last4, card brand, amount exact, same day, device last4
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

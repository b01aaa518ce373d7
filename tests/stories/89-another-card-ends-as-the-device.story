# A card of somebody else ends in the digits of the phone, and Stripe's index leads to it alone. Its BIN and brand are others: the payment by phone is meant.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD wallet 4444
given  payment 49.00 USD card pm_card_mastercard
when   ethoca alerts 49.00 USD ACMEFIT*PLAN bin 481582 last4 4444
then   print alert, stripe refunds
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card last4, card brand, amount exact, same day, device last4
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1

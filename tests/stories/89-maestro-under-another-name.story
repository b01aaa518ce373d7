# Stripe calls Maestro cards Mastercard. The bank tells a BIN of Maestro: one card, no contradiction.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 EUR card pm_card_maestro
when   ethoca alerts 49.00 EUR ACMEFIT*PLAN bin 675964 last4 8453
then   print alert, stripe refunds
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 EUR, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 EUR succeeded, for alrt_1

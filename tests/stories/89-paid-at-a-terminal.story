# A card that was read at a terminal: its facts stand elsewhere at Stripe, and its authorisation code is on the receipt.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD at card_present
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

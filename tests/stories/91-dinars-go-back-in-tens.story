# Stripe takes dinars in tens of fils only: of 1.234 that are disputed 1.240 go back, and that is what the network hears.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  rate KWD 3.250000
given  payment 15.500 KWD
when   ethoca alerts 15.500 KWD ACMEFIT*PLAN of payment disputes 1.234 KWD
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 1.240 KWD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 1.240 KWD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 1.240 KWD

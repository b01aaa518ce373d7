# A rule in dollars looks at an alert in Kuwaiti dinars, which have a thousand fils: 15.500 of them are more than 50 dollars.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  rate KWD 3.250000
given  ruleset REFUND priority 1 when amount LESS_THAN 50.00 USD
given  ruleset ACCEPT_DISPUTE priority 2 when amount GREATER_THAN_OR_EQUAL 50.00 USD
given  payment 15.500 KWD
when   ethoca alerts 15.500 KWD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, DISPUTE_ACCEPTED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by RULESET rset_1: MET (15.500 KWD = 50.38 USD at the rate of 2026-02-17 against GREATER_THAN_OR_EQUAL 50.00 USD)
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    no stripe refunds
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "No refund was made; the merchant leaves the claim to a dispute."

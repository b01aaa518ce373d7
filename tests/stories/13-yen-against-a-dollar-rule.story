# A rule in dollars looks at an alert in yen, which have no cents.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  rate JPY 0.006700
given  ruleset REFUND when amount LESS_THAN 50.00 USD
given  payment 4900 JPY
when   ethoca alerts 4900 JPY ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (4900 JPY = 32.83 USD at the rate of 2026-02-17 against LESS_THAN 50.00 USD)
      refund re_1 of 4900 JPY, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 4900 JPY succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 4900 JPY

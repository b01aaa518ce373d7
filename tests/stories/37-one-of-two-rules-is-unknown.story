# Of two rules joined by OR one is met and one cannot be told: that is enough.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND OR when amount LESS_THAN 50.00 USD or descriptor STARTS_WITH ACMEFIT
given  payment 4900 JPY
when   ethoca alerts 4900 JPY ACMEFIT*PLAN of payment
then   print alert, stripe refunds
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: UNKNOWN (4900 JPY, no rate to USD against LESS_THAN 50.00 USD), MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 4900 JPY, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 4900 JPY succeeded, for alrt_1

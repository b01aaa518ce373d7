# A Canadian debit card at a terminal.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 CAD at interac_present
when   ethoca alerts 49.00 CAD ACMEFIT*PLAN of payment
then   print alert, stripe refunds
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 CAD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 CAD succeeded, for alrt_1

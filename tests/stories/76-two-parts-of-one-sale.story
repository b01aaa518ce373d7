# The bank disputes two parts of one payment, one after the other: the second is no duplicate of the first. A person gives it back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 29.00 USD
when   time passes 1 hour
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 20.00 USD
then   print alerts
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 29.00 USD, REFUNDED
      told PARTIALLY_STOPPED, REFUNDED: ACCEPTED
    alrt_2 ACTION_REQUIRED, needs a person, PART_REFUNDED (re_1, 2900, 2000), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
when   person REFUND
when   time passes 1 hour
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 20.00 USD
then   print alert 2, alert 3, stripe refunds, ethoca outcomes
    alrt_2 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_2 of 20.00 USD, REFUNDED
      told PARTIALLY_STOPPED, REFUNDED: ACCEPTED
    alrt_3 INVALID, ALREADY_REFUNDED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ALREADY_REFUNDED by PRE_CHECK
      told PREVIOUSLY_CANCELLED, REFUNDED: ACCEPTED
    re_1 of pi_1: 29.00 USD succeeded, for alrt_1
    re_2 of pi_1: 20.00 USD succeeded, for alrt_2
    A1: PARTIALLY_STOPPED, REFUNDED 29.00 USD
    A2: PARTIALLY_STOPPED, REFUNDED 20.00 USD
    A3: PREVIOUSLY_CANCELLED, REFUNDED 49.00 USD

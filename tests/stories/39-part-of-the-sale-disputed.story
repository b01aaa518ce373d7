# The bank disputes a part of the sale: that part goes back, and it is reported as partial.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment disputes 10.00 USD
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 10.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told PARTIALLY_STOPPED, REFUNDED: ACCEPTED
    re_1 of pi_1: 10.00 USD succeeded, for alrt_1
    A1: PARTIALLY_STOPPED, REFUNDED 10.00 USD

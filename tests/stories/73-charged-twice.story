# The bank says that the customer was charged twice, and two equal captures of the card are there: the later one goes back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   time passes 5 minutes
given  payment 49.00 USD
when   time passes 2 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN reason 12.6.1
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day, later twin
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

# The bank tells of a transaction of 49.00, and the card's only sale at hand is another one, of 100.00: nothing says that a
# part of it is disputed, so a person looks.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 100.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print alert, stripe refunds
    alrt_1 ACTION_REQUIRED, needs a person, UNSURE (WEAK_EVIDENCE), NOT_REFUNDED
      candidate pi_1 by card bin, card last4, card brand, amount partial, same day
    no stripe refunds
when   ethoca alerts 60.00 USD ACMEFIT*PLAN disputes 100.00 USD
then   print alert 2, stripe refunds
    alrt_2 ACTION_REQUIRED, needs a person, UNSURE (WEAK_EVIDENCE), NOT_REFUNDED
      candidate pi_1 by card bin, card last4, card brand, same day
    no stripe refunds
when   ethoca alerts 100.00 USD ACMEFIT*PLAN disputes 49.00 USD
then   print alert 3, stripe refunds
    alrt_3 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_3

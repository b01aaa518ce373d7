# Of two equal captures one went back before the bank said that the customer was charged twice: the other is kept.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe refunds 49.00 USD
when   time passes 5 minutes
given  payment 49.00 USD
when   time passes 2 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN reason 12.6.1
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 INVALID, ALREADY_REFUNDED, NOT_REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day, refunded twin
      decided ALREADY_REFUNDED by PRE_CHECK
      told RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for nobody's alert
    A1: RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED 49.00 USD

# The shop had refunded a part before the alert came: only the rest goes back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe refunds 20.00 USD
when   time passes 24 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 29.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_2 of pi_1: 20.00 USD succeeded, for nobody's alert
    re_1 of pi_1: 29.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 29.00 USD

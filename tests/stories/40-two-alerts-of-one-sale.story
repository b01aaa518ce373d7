# Two alerts are about one sale: it is refunded for the first, the second is a duplicate.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
then   print alerts, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 INVALID, DUPLICATE, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided DUPLICATE by PRE_CHECK
      told PREVIOUSLY_CANCELLED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    A2: PREVIOUSLY_CANCELLED, REFUNDED 49.00 USD, "Duplicate: the sale was refunded for alert alrt_1."

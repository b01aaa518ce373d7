# A person gave a part back before the alert: only the rest goes back, by itself.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   hand refunds payment of 20.00 USD
when   time passes 1 hour
when   hand refunds payment of 30.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, hand refunds, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 29.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    rfd_1 SUCCEEDED, re_2 of 20.00 USD
    rfd_2 REFUSED, MORE_THAN_REMAINS
    re_2 of pi_1: 20.00 USD succeeded, for rfd_1
    re_1 of pi_1: 29.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 29.00 USD

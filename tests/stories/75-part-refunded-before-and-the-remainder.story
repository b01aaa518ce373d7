# A part went back twice before the alert came, once in Stripe's dashboard and once by hand: the remainder goes back by itself, and Ethoca hears its amount. Of a part that is disputed then, a person says how much is owed.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe refunds 10.00 USD
given  hand refunds payment of 5.00 USD
when   time passes 24 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 34.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_2 of pi_1: 10.00 USD succeeded, for nobody's alert
    re_3 of pi_1: 5.00 USD succeeded, for rfd_1
    re_1 of pi_1: 34.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 34.00 USD
given  payment 60.00 USD
given  stripe refunds 10.00 USD
when   time passes 1 hour
when   ethoca alerts 60.00 USD ACMEFIT*PLAN of payment disputes 20.00 USD
then   print alert
    alrt_2 ACTION_REQUIRED, needs a person, PART_REFUNDED (re_4, 1000, 5000), NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
when   person REFUND
then   print alert, ethoca outcomes
    alrt_2 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_5 of 20.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    A1: RESOLVED, REFUNDED 34.00 USD
    A2: RESOLVED, REFUNDED 20.00 USD

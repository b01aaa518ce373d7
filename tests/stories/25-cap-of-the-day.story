# Rules may refund one payment a day: the second waits for a person, and the next day it goes on.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  automation ON cap 1 refunds 100.00 USD
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
given  payment 48.00 USD
when   ethoca alerts 48.00 USD ACMEFIT*PLAN of payment
when   time passes 24 hours
given  payment 47.00 USD
when   ethoca alerts 47.00 USD ACMEFIT*PLAN of payment
then   print alerts, stripe refunds, alarms
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 ACTION_REQUIRED, needs a person, OVER_CAP, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    alrt_3 RESOLVED, REFUNDED, REFUNDED
      matched pi_3 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_2 of 47.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    re_2 of pi_3: 47.00 USD succeeded, for alrt_3
    no alarms

# No rule fits; a person gives the money back by hand without working the alert. It ends by itself, and Ethoca hears of it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
when   hand refunds payment of 20.00 USD
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
    no ethoca outcomes
when   time passes 1 minute
when   hand refunds payment of 29.00 USD
then   print alert, hand refunds, stripe refunds, ethoca outcomes, history
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    rfd_1 SUCCEEDED, re_2 of 20.00 USD
    rfd_2 SUCCEEDED, re_1 of 29.00 USD
    re_2 of pi_1: 20.00 USD succeeded, for rfd_1
    re_1 of pi_1: 29.00 USD succeeded, for rfd_2
    A1: RESOLVED, REFUNDED 49.00 USD
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 11:01:00 DECIDED by SYSTEM
    02-17 11:01:00 ACTIONED by PROCESSOR
    02-17 11:01:00 RESOLVED by VENDOR

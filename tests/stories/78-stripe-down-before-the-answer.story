# Nobody decides, and at the deadline Stripe is down: the answer waits for it, and what went back meanwhile is told.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
when   stripe refunds 49.00 USD
given  stripe is down
when   time passes 46 hours
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      told UNRESOLVED_DISPUTE, NOT_REFUNDED
    no ethoca outcomes
given  stripe is up again
when   time passes 10 minutes
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by PROCESSOR
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    A1: RESOLVED, REFUNDED 49.00 USD
# It is down until shortly before the network's limit: then Ethoca has its answer as it stands.
given  payment 30.00 USD
when   ethoca alerts 30.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
given  stripe is down
when   time passes 46 hours
then   print alert
    alrt_2 ACTION_REQUIRED, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      told UNRESOLVED_DISPUTE, NOT_REFUNDED
when   time passes 1 hour
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_2 RESOLVED, EXPIRED, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for nobody's alert
    A1: RESOLVED, REFUNDED 49.00 USD
    A2: UNRESOLVED_DISPUTE, NOT_REFUNDED
    02-19 09:10:00 RECEIVED by VENDOR
    02-19 09:10:00 MATCHED by SYSTEM
    02-19 09:10:00 REQUIRED_ACTION by SYSTEM
    02-20 09:10:00 WARNED by SYSTEM
    02-21 07:10:00 EXPIRED by SYSTEM
    02-21 08:50:00 NUDGED by SYSTEM
    02-21 08:50:00 RESOLVED by VENDOR

# No rule fits. Somebody gives a part back in Stripe's dashboard, then the rest: once all is back the alert ends by itself, and Ethoca hears of it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 1 hour
when   stripe refunds 20.00 USD
when   stripe delivers its events
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
    no ethoca outcomes
when   time passes 1 hour
when   stripe refunds 29.00 USD
when   stripe delivers its events
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by PROCESSOR
      refund re_1 of 49.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    re_2 of pi_1: 20.00 USD succeeded, for nobody's alert
    re_1 of pi_1: 29.00 USD succeeded, for nobody's alert
    A1: STOPPED, REFUNDED 49.00 USD
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 12:00:00 DECIDED by PROCESSOR
    02-17 12:00:00 ACTIONED by PROCESSOR
    02-17 12:00:00 RESOLVED by VENDOR
# Stripe's events do not come, and nobody presses anything: at the deadline the payment is read once more.
given  payment 30.00 USD
when   ethoca alerts 30.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 1 hour
when   stripe refunds 30.00 USD
when   time passes 44 hours
then   print alert
    alrt_2 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
when   time passes 1 hour
then   print alert, ethoca outcomes, history
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by PROCESSOR
      refund re_3 of 30.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    A1: STOPPED, REFUNDED 49.00 USD
    A2: STOPPED, REFUNDED 30.00 USD
    02-17 12:00:00 RECEIVED by VENDOR
    02-17 12:00:00 MATCHED by SYSTEM
    02-17 12:00:00 REQUIRED_ACTION by SYSTEM
    02-18 12:00:00 WARNED by SYSTEM
    02-19 10:00:00 EXPIRED by SYSTEM
    02-19 10:00:00 DECIDED by PROCESSOR
    02-19 10:00:00 ACTIONED by PROCESSOR
    02-19 10:00:00 RESOLVED by VENDOR
# A person who presses refund then hears of the refund that is there.
given  payment 31.00 USD
when   ethoca alerts 31.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 1 minute
when   stripe refunds 31.00 USD
when   person REFUND
then   print alert, ethoca outcomes
    alrt_3 RESOLVED, REFUNDED, REFUNDED
      matched pi_3 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_4 of 31.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    A1: STOPPED, REFUNDED 49.00 USD
    A2: STOPPED, REFUNDED 30.00 USD
    A3: STOPPED, REFUNDED 31.00 USD

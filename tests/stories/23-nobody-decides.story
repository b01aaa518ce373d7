# The payment is known, no rule fits and nobody acts: at the deadline Ethoca hears that the dispute is not resolved.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
when   time passes 46 hours
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_1 RESOLVED, EXPIRED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    no stripe refunds
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-18 10:00:00 WARNED by SYSTEM
    02-19 08:00:00 EXPIRED by SYSTEM
    02-19 08:00:00 RESOLVED by VENDOR

# No payment is found and nobody acts: at the deadline Ethoca hears NOT_FOUND, which keeps the right to a credit.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NOT_FOUND, NOT_REFUNDED
when   time passes 46 hours
then   print alert, ethoca outcomes, history
    alrt_1 RESOLVED, EXPIRED, NOT_REFUNDED
      told NOT_FOUND, NOT_REFUNDED: ACCEPTED
    A1: NOT_FOUND, NOT_REFUNDED
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-18 10:00:00 WARNED by SYSTEM
    02-19 08:00:00 EXPIRED by SYSTEM
    02-19 08:00:00 RESOLVED by VENDOR
when   person REFUND externally
then   print answer
    409 ALREADY_RESOLVED: The alert is RESOLVED; only its note can change.

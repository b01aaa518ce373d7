# Stripe does not answer: a person is asked, it is tried again by itself, and at the deadline the bank does not hear that nothing was found.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 35.00 USD
given  payment 49.00 USD
given  stripe is down
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alert, integration
    alrt_1 ACTION_REQUIRED, needs a person, PROCESSOR_UNAVAILABLE (UNREACHABLE, int_1, the answer was status 503), NOT_REFUNDED
    Stripe ENABLED, UNREACHABLE: the answer was status 503
when   time passes 45 hours
then   print alert, history, ethoca outcomes
    alrt_1 RESOLVED, EXPIRED, NOT_REFUNDED
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 NUDGED by SYSTEM
    02-17 10:01:00 ANNOUNCED by SYSTEM
    02-17 10:03:00 NUDGED by SYSTEM
    02-17 10:03:00 REQUIRED_ACTION by SYSTEM
    02-18 09:48:00 NUDGED by SYSTEM
    02-18 10:00:00 WARNED by SYSTEM
    02-19 07:45:00 NUDGED by SYSTEM
    02-19 08:00:00 EXPIRED by SYSTEM
    02-19 08:00:00 RESOLVED by VENDOR
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "The payment could not be searched for in time; no refund was made."
# It answers again after some hours: the alert is matched by itself, long before its deadline.
when   ethoca alerts 35.00 USD ACMEFIT*PLAN
when   time passes 3 hours
then   print alert 2
    alrt_2 ACTION_REQUIRED, needs a person, PROCESSOR_UNAVAILABLE (UNREACHABLE, int_1, the answer was status 503), NOT_REFUNDED
given  stripe is up again
when   time passes 3 hours
then   print alert 2, integration, stripe refunds
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 35.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    Stripe ENABLED
    re_1 of pi_1: 35.00 USD succeeded, for alrt_2

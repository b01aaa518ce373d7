# The partner pauses the rules of all its organisations while a refund waits for its turn at Stripe: the refund is not asked for again, and a person decides.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe throttles to POST at /v1/refunds once
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
given  brakes PAUSED
given  payment 48.00 USD
when   ethoca alerts 48.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alerts, stripe refunds, stripe calls
    alrt_1 ACTION_REQUIRED, needs a person, NOT_AUTOMATIC, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    alrt_2 ACTION_REQUIRED, needs a person, NOT_AUTOMATIC, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
    no stripe refunds
    POST /v1/refunds: 429
given  brakes ON
given  payment 47.00 USD
when   ethoca alerts 47.00 USD ACMEFIT*PLAN of payment
then   print stripe refunds
    re_1 of pi_3: 47.00 USD succeeded, for alrt_3

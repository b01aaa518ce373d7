# A restricted key may read and not refund: the alert says so and not that the refund failed, and a key that may ends it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe answers 403 to POST at /v1/refunds once
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, integration, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, CREDENTIALS_REFUSED (int_1, our credentials are not accepted), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    Stripe ENABLED, CREDENTIALS_REFUSED: our credentials are not accepted
    no stripe refunds
    no ethoca outcomes
when   time passes 1 minute
when   integration gets the key sk_test_new
then   print alert, integration, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    Stripe ENABLED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

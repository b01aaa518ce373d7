# The merchant rolled the key at Stripe: the alert says that Stripe could not be asked, the integration and a mail say so, and the new key matches it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  subscriber of integration.failing integration.recovered
given  stripe revokes the key
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   ethoca alerts 48.00 USD ACMEFIT*PLAN
then   print alerts, integration, mails, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, PROCESSOR_UNAVAILABLE (CREDENTIALS_REFUSED, int_1, our credentials are not accepted), NOT_REFUNDED
    alrt_2 ACTION_REQUIRED, needs a person, PROCESSOR_UNAVAILABLE (CREDENTIALS_REFUSED, int_1, our credentials are not accepted), NOT_REFUNDED
    Stripe ENABLED, CREDENTIALS_REFUSED: our credentials are not accepted
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”
    to kim@acme.example: Decide by 19 February 2026, 08:00 UTC: 48.00 USD, “ACMEFIT*PLAN”
    no ethoca outcomes
when   time passes 1 minute
when   integration gets the key sk_test_new
then   print alerts, integration, mails, subscriber, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 ACTION_REQUIRED, needs a person, UNSURE (WEAK_EVIDENCE), NOT_REFUNDED
      candidate pi_1 by card bin, card last4, card brand, amount partial, same day
    Stripe ENABLED
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”
    to kim@acme.example: Decide by 19 February 2026, 08:00 UTC: 48.00 USD, “ACMEFIT*PLAN”
    to kim@acme.example: Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”
    integration.failing heard once: int_1 ENABLED
    integration.recovered heard once: int_1 ENABLED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

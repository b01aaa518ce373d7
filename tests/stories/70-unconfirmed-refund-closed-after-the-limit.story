# Stripe is out of reach from the refund until after Ethoca's limit: a person says what Stripe's dashboard shows, and the alert is closed though Ethoca can hear nothing any more.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe loses the answer to POST at /v1/refunds once
when   ethoca alerts 49.00 USD ACMEFIT*PLAN raised 2026-02-15T13:00:00Z of payment
given  payment 49.00 USD
given  stripe answers 500 to POST at /v1/refunds once
when   ethoca alerts 49.00 USD ACMEFIT*PLAN raised 2026-02-15T13:00:00Z of payment
given  stripe is down
when   time passes 3 days
then   print alerts, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_UNCONFIRMED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    alrt_2 ACTION_REQUIRED, needs a person, REFUND_UNCONFIRMED, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no ethoca outcomes
when   person REFUND alert 1
then   print answer
    409 CONFLICT: A refund of this alert may have been made. Look at its processor, then send `REFUND` with `refunded_externally` true, or `ACCEPT_DISPUTE` with it false.
when   person REFUND alert 1 externally reference re-of-the-dashboard
when   person ACCEPT_DISPUTE alert 2 not refunded
then   print alerts, ethoca outcomes
    alrt_1 RESOLVED, UNANSWERED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1, refunded externally
      refund re-of-the-dashboard of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: TOO_LATE
    alrt_2 RESOLVED, UNANSWERED, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by KEY key_1
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: TOO_LATE
    no ethoca outcomes
when   stripe is up again
when   stripe delivers its events
when   time passes 1 day
then   print alerts, stripe refunds, ethoca outcomes, alarms
    alrt_1 RESOLVED, UNANSWERED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1, refunded externally
      refund re-of-the-dashboard of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: TOO_LATE
    alrt_2 RESOLVED, UNANSWERED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by KEY key_1
      refund re_1 of 49.00 USD, REFUNDED
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: TOO_LATE
    re_2 of pi_1: 49.00 USD succeeded, for alrt_1
    re_1 of pi_2: 49.00 USD succeeded, for alrt_2
    no ethoca outcomes
    alrt_1 rings: Refund is unconfirmed: nobody can tell whether the money of `org_1/acct_1/pi_1` went back
    alrt_2 rings: Refund is unconfirmed: nobody can tell whether the money of `org_1/acct_1/pi_2` went back
    alrt_1 rings: Answer could not be given before the limit
    alrt_2 rings: Answer could not be given before the limit
    alrt_1 rings: Refund succeeded after the answer: the alert ended without it
    alrt_2 rings: Refund succeeded after the answer: the alert ended without it

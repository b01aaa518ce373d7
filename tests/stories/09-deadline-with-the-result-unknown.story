# An alert comes an hour before its deadline. Stripe takes the refund and is out of reach from then on: at the deadline a person is asked, and nothing is claimed.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe loses the answer to POST at /v1/refunds once
when   ethoca alerts 49.00 USD ACMEFIT*PLAN raised 2026-02-15T13:00:00Z of payment
given  stripe is down
when   time passes 90 minutes
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_UNCONFIRMED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no ethoca outcomes
when   stripe is up again
when   time passes 1 hour
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    alrt_1 rings: Refund is unconfirmed: nobody can tell whether the money of `org_1/acct_1/pi_1` went back

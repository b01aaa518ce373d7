# An alert comes an hour before its deadline. Stripe never took the refund before the deadline: it is looked at once more, no refund is made, Ethoca is told so.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe is down to POST at /v1/refunds
when   ethoca alerts 49.00 USD ACMEFIT*PLAN raised 2026-02-15T13:00:00Z of payment
when   time passes 90 minutes
given  stripe is up again
when   time passes 2 hours
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, EXPIRED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    no stripe refunds
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED

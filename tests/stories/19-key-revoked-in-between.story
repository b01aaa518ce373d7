# The key to Stripe is revoked after the rule decided: a person sees why no refund was made.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  queues wait
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   queues move once
when   queues move once
when   stripe revokes the key
when   queues move
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (the partner does not accept our credentials), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no stripe refunds
    no ethoca outcomes

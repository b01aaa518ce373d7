# Stripe is switched off for the shop after the alert was matched: no rule acts, a person decides. A person's REFUND is not taken
# for "I refunded" unless it says so: nobody would give the money back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  queues wait
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   queues move once
when   integration DISABLED
when   queues move
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, INTEGRATION_DISABLED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
    no stripe refunds
    no ethoca outcomes
when   person REFUND
then   print answer, ethoca outcomes
    422 NO_PROCESSOR: The integration that refunds is DISABLED: enable it, or set this if the money went back already.
      NO_PROCESSOR: The integration that refunds is DISABLED: enable it, or set this if the money went back already.
    no ethoca outcomes
when   person REFUND externally
then   print answer, alert, stripe refunds, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1, refunded externally
      refund without a reference of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: ACCEPTED
    no stripe refunds
    A1: RESOLVED, REFUNDED 49.00 USD

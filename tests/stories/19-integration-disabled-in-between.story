# Stripe is switched off for the shop after the alert was matched: no rule acts, a person decides.
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

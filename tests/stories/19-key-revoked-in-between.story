# The key to Stripe is revoked after the rule decided: a person sees why no refund was made, and a new key lets the rule go on.
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
    alrt_1 ACTION_REQUIRED, needs a person, CREDENTIALS_REFUSED (int_1, our credentials are not accepted), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no stripe refunds
    no ethoca outcomes
when   time passes 1 minute
when   integration gets the key sk_test_new
when   queues move
then   print alert, integration, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    Stripe ENABLED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

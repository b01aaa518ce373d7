# The merchant's own endpoint gives the money back and ends the subscription, once.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  merchant connects
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  merchant sells AF-1 49.00 USD subscription plan-1 auth 064712
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
when   ethoca alerts again
then   print alert, merchant calls, merchant refunds, merchant subscriptions, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund refund-1 of 49.00 USD, REFUNDED
      subscription CANCELLED plan-1
      told RESOLVED, REFUNDED: ACCEPTED
    POST refunds: 201
    POST subscription-cancellations: 200
    refund-1 of txn-AF-1: 49.00 SUCCEEDED, for alrt_1
    plan-1 cancelled
    A1: RESOLVED, REFUNDED 49.00 USD

# The merchant's endpoint makes the refund, loses the answer and ignores our keys: the next attempt finds it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  merchant connects
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  merchant sells AF-1 49.00 USD auth 064712
given  merchant ignores keys
given  merchant loses the answer to refunds
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no ethoca outcomes
when   time passes 10 minutes
then   print alert, merchant calls, merchant refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund refund-1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    POST refunds: lost
    refund-1 of txn-AF-1: 49.00 SUCCEEDED, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

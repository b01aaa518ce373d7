# The endpoint will not: its words are shown to the person who decides.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  merchant connects
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  merchant sells AF-1 49.00 USD auth 064712
given  merchant refuses the refund
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
then   print alert, merchant calls, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (refused: Our gateway says no. (TOO_OLD)), NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    POST refunds: 422
    no ethoca outcomes
when   person REFUND
then   print answer, alert, merchant calls, merchant refunds, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund refund-1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    POST refunds: 422
    POST refunds: 201
    refund-1 of txn-AF-1: 49.00 SUCCEEDED, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

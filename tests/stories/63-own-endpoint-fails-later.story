# The refund fails after the endpoint took it: a person decides, and nobody asks again by itself.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  merchant connects
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  merchant sells AF-1 49.00 USD auth 064712
given  merchant keeps refunds pending
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
when   merchant fails the refund
when   merchant tells of the refund
then   print alert, merchant calls, merchant refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (the card is closed), NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    POST refunds: 202
    refund-1 of txn-AF-1: 49.00 FAILED: the card is closed, for alrt_1
    no ethoca outcomes
when   person REFUND externally reference by-hand-1
then   print alert, merchant calls, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1, refunded externally
      refund by-hand-1 of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: ACCEPTED
    POST refunds: 202
    A1: RESOLVED, REFUNDED 49.00 USD

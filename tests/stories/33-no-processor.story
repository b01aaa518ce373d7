# No processor is connected: a rule never refunds, and a person's REFUND means that the money went back already.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  order AF-1 49.00 USD auth 064712
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NO_PROCESSOR, NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
when   person REFUND reference gateway-7788
then   print answer, alert, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1, refunded externally
      refund gateway-7788 of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: ACCEPTED
    A1: RESOLVED, REFUNDED 49.00 USD

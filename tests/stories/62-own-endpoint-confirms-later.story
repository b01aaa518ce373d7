# The endpoint confirms later: Ethoca hears of the refund once the endpoint lists it as succeeded, not because somebody says so.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  merchant connects
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  merchant sells AF-1 49.00 USD auth 064712
given  merchant keeps refunds pending
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
then   print alert, merchant refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund refund-1 of 49.00 USD, REFUNDED, not confirmed yet
    refund-1 of txn-AF-1: 49.00 PENDING, for alrt_1
    no ethoca outcomes
when   time passes 5 minutes
when   merchant tells of the refund
then   print alert, ethoca outcomes
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund refund-1 of 49.00 USD, REFUNDED, not confirmed yet
    no ethoca outcomes
when   merchant confirms the refund
when   merchant tells of the refund
then   print alert, merchant calls, ethoca outcomes, history
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund refund-1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    POST refunds: 202
    A1: RESOLVED, REFUNDED 49.00 USD
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 DECIDED by SYSTEM
    02-17 10:00:00 REFUNDING by SYSTEM
    02-17 10:01:00 DECIDED by SYSTEM
    02-17 10:01:00 REFUNDING by SYSTEM
    02-17 10:05:00 DECIDED by PROCESSOR
    02-17 10:05:00 REFUNDING by SYSTEM
    02-17 10:05:00 DECIDED by PROCESSOR
    02-17 10:05:00 ACTIONED by PROCESSOR
    02-17 10:05:00 RESOLVED by VENDOR

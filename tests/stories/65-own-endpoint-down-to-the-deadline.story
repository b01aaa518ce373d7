# The endpoint is down until the deadline: nothing is told, a person looks.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  merchant connects
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  merchant sells AF-1 49.00 USD auth 064712
given  queues wait
when   ethoca alerts 49.00 USD ACMEFIT*PLAN auth 064712
when   queues move once
given  merchant is down
when   queues move
when   time passes 47 hours
then   print alert, merchant refunds, ethoca outcomes, alarms
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_UNCONFIRMED, NOT_REFUNDED
      matched txn-AF-1 by auth code, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no merchant refunds
    no ethoca outcomes
    no alarms

# A person acts before the rule is asked: the person wins.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  queues wait
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   person ACCEPT_DISPUTE
then   print answer, alert
    200 ACTION_REQUIRED
    alrt_1 ACTION_REQUIRED, NOT_REFUNDED
when   queues move
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_1 RESOLVED, DISPUTE_ACCEPTED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by KEY key_1
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    no stripe refunds
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "No refund was made; the merchant leaves the claim to a dispute."
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 ASKED by KEY
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 DECIDED by SYSTEM
    02-17 10:00:00 RESOLVED by VENDOR

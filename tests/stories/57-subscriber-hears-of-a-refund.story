# A subscriber hears of an alert when its sale is found, and again when the money went back; each event once.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  subscriber of alert.created alert.updated
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   ethoca alerts again
when   time passes 2 hours
then   print subscriber
    alert.created heard once: alrt_1 ACTION_REQUIRED, NOT_REFUNDED of pi_1
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
when   operator retracts
then   print subscriber
    alert.created heard once: alrt_1 ACTION_REQUIRED, NOT_REFUNDED of pi_1
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
    alert.updated heard once: alrt_1 INVALID, REFUNDED of pi_1

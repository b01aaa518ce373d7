# A subscriber is down for 14 hours: each event is tried again under its id, and heard once when it is back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  subscriber of alert.created alert.updated alert.expiring
given  subscriber answers 503
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   time passes 14 hours
then   print subscriber
    alert.created heard 0 times, after 5 refusals: alrt_1 ACTION_REQUIRED, NOT_REFUNDED
given  subscriber answers 200
when   time passes 12 hours
then   print subscriber
    alert.created heard once, after 5 refusals: alrt_1 ACTION_REQUIRED, NOT_REFUNDED
    alert.expiring heard once: alrt_1 ACTION_REQUIRED, NOT_REFUNDED

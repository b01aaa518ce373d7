# The order comes after its alert: the waiting alert is matched again by itself.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   time passes 8 days
when   ethoca alerts 49.00 USD ACMEFIT*PLAN last4 1881 arn 74027012345678901234567
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NOT_FOUND, NOT_REFUNDED
when   order AF-1 49.00 USD of payment last4 1881 arn 74027012345678901234567
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by arn, card last4, card brand, amount exact
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    02-25 10:00:00 RECEIVED by VENDOR
    02-25 10:00:00 REQUIRED_ACTION by SYSTEM
    02-25 10:00:00 RECEIVED by SYSTEM
    02-25 10:00:00 MATCHED by SYSTEM
    02-25 10:00:00 DECIDED by SYSTEM
    02-25 10:00:00 ACTIONED by PROCESSOR
    02-25 10:00:00 RESOLVED by VENDOR

# A refund fails days after the answer: the partner and the member hear it once, the answer stays, and a new refund by hand makes it good.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  member kim
given  subscriber of alert.updated refund.failed
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 12 days
when   stripe fails the refund
when   stripe delivers its events
when   stripe delivers its events
then   print alert, history, subscriber, mails, stripe refunds, ethoca outcomes, alarms
    alrt_1 RESOLVED, REFUND_FAILED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED, failed: expired_or_canceled_card
      told RESOLVED, REFUNDED: ACCEPTED
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 DECIDED by SYSTEM
    02-17 10:00:00 ACTIONED by PROCESSOR
    02-17 10:00:00 RESOLVED by VENDOR
    03-01 10:00:00 REFUND_FAILED by PROCESSOR
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
    alert.updated heard once: alrt_1 RESOLVED, NOT_REFUNDED of pi_1
    refund.failed heard once: alrt_1 RESOLVED, NOT_REFUNDED of pi_1
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”
    to kim@acme.example: Refund failed: 49.00 USD, “ACMEFIT*PLAN”
    re_1 of pi_1: 49.00 USD failed, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    alrt_1 rings: Refund failed after the answer: expired_or_canceled_card
when   hand refunds payment
then   print alert, hand refunds, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_2 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    rfd_1 SUCCEEDED, re_2 of 49.00 USD
    re_1 of pi_1: 49.00 USD failed, for alrt_1
    re_2 of pi_1: 49.00 USD succeeded, for rfd_1
    A1: RESOLVED, REFUNDED 49.00 USD

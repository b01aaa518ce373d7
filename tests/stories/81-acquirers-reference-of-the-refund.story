# The acquirer's reference of a refund goes to Ethoca where it is known before the answer; known later it is put on the alert, and Ethoca hears nothing again.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  subscriber of alert.updated
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  ethoca fails status_500 2 times
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   stripe knows the reference of the refund
when   stripe delivers its events
when   time passes 2 hours
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED, with its acquirer's reference
      told RESOLVED, REFUNDED: ACCEPTED
    A1: RESOLVED, REFUNDED 49.00 USD, with its acquirer's reference
given  payment 49.00 USD
when   time passes 10 minutes
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 3 days
when   stripe knows the reference of the refund
when   stripe delivers its events
then   print alert, history, subscriber, ethoca outcomes
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_2 of 49.00 USD, REFUNDED, with its acquirer's reference
      told RESOLVED, REFUNDED: ACCEPTED
    02-17 12:10:00 RECEIVED by VENDOR
    02-17 12:10:00 MATCHED by SYSTEM
    02-17 12:10:00 DECIDED by SYSTEM
    02-17 12:10:00 ACTIONED by PROCESSOR
    02-17 12:10:00 RESOLVED by VENDOR
    02-20 12:10:00 REFUND_REFERENCED by PROCESSOR
    alert.updated heard once: alrt_1 ACTION_REQUIRED, REFUNDED of pi_1
    alert.updated heard once: alrt_1 ACTION_REQUIRED, REFUNDED of pi_1
    alert.updated heard once: alrt_2 RESOLVED, REFUNDED of pi_2
    alert.updated heard once: alrt_2 RESOLVED, REFUNDED of pi_2
    alert.updated heard once: alrt_1 RESOLVED, REFUNDED of pi_1
    alert.updated heard once: alrt_2 RESOLVED, REFUNDED of pi_2
    A1: RESOLVED, REFUNDED 49.00 USD, with its acquirer's reference
    A2: RESOLVED, REFUNDED 49.00 USD

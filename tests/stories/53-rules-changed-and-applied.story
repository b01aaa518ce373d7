# The rule looks at the customer's address, which only the order tells. Another rule comes; the waiting alert is asked about again.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when customer DOMAIN example.org and age LESS_THAN 30
given  payment 49.00 USD
given  order AF-1 49.00 USD of payment
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds
    alrt_1 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
    no stripe refunds
given  ruleset REFUND when customer DOMAIN example.com and category CONSUMER
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
when   rules apply
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (c***@example.com against @example.com), MET (CONSUMER against CONSUMER)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 MATCHED by SYSTEM
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 10:00:00 MATCHED by KEY
    02-17 10:00:00 DECIDED by SYSTEM
    02-17 10:00:00 ACTIONED by PROCESSOR
    02-17 10:00:00 RESOLVED by VENDOR

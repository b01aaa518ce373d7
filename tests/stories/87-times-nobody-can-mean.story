# Ethoca tells placeholders for times: they count as absent, the deadline counts from the arrival, and what was left out is seen.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment raised 0001-01-01T00:00:00Z sold 9999-12-31T23:59:59Z
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
      left out alertTimestamp 0001-01-01T00:00:00Z: PLACEHOLDER
      left out transactionTimestamp 9999-12-31T23:59:59Z: PLACEHOLDER
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD
    no alarms
given  payment 48.00 USD
when   ethoca alerts 48.00 USD ACMEFIT*PLAN of payment sold 20260217
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_2 of 48.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    re_2 of pi_2: 48.00 USD succeeded, for alrt_2
    A1: RESOLVED, REFUNDED 49.00 USD
    A2: RESOLVED, REFUNDED 48.00 USD
    no alarms

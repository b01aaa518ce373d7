# Two purchases of one card, amount and day: one was refunded for an alert. Another alert that fits the other by its card and amount only is a person's; one that names it is not.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  order AF-1 49.00 USD arn 74027012345678901234567 last4 0009
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud arn 74027012345678901234567
when   person REFUND externally reference cheque-17
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
then   print alert 1, alert 2, alert 3, stripe refunds
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched txn-AF-1 by arn, card brand, amount exact, same day, contradicts card last4
      decided REFUND by KEY key_1, refunded externally
      refund cheque-17 of 49.00 USD, DECLARED
      told STOPPED, REFUNDED: ACCEPTED
    alrt_2 ACTION_REQUIRED, needs a person, RIVAL (alrt_1), NOT_REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    alrt_3 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_3

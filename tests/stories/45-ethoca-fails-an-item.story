# Ethoca takes the call and fails the item: what it calls recoverable is told again, the rest is shown.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  ethoca fails item_failure 1 times
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    A1: RESOLVED, REFUNDED 49.00 USD (refused)
    A1: RESOLVED, REFUNDED 49.00 USD
given  ethoca fails item_failure 1 times for-good
given  payment 48.00 USD
when   ethoca alerts 48.00 USD ACMEFIT*PLAN of payment
when   time passes 1 hour
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_2 RESOLVED, ANSWER_REFUSED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_2 of 48.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: REFUSED: OUTCOME_NOT_ALLOWED: The item was not processed
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    re_2 of pi_2: 48.00 USD succeeded, for alrt_2
    A1: RESOLVED, REFUNDED 49.00 USD (refused)
    A1: RESOLVED, REFUNDED 49.00 USD
    A2: RESOLVED, REFUNDED 48.00 USD (refused)
    alrt_2 rings: Network refuses the answer for alert `alrt_2`: OUTCOME_NOT_ALLOWED: The item was not processed

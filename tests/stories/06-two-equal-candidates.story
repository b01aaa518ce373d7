# Two payments fit equally well: neither is refunded until a person names one.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 ACTION_REQUIRED, needs a person, UNSURE (TIE), NOT_REFUNDED
      candidate pi_1 by card bin, card last4, card brand, amount exact, same day
      candidate pi_2 by card bin, card last4, card brand, amount exact, same day
    no stripe refunds
    no ethoca outcomes
when   person REFUND
then   print answer
    422 TRANSACTION_REQUIRED: No payment is known for this alert: name it, or set `refunded_externally` if the money went back already.
      TRANSACTION_REQUIRED: No payment is known for this alert: name it, or set `refunded_externally` if the money went back already.
when   person REFUND names payment 2
then   print answer, alert, stripe refunds, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

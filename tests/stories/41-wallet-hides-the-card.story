# A wallet hides the card: amount, day, brand and descriptor fit, which is for a person to judge.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  order AF-1 49.00 USD of payment descriptor ACMEFIT*PLAN
when   ethoca alerts 49.00 USD ACMEFIT*PLAN last4 9999
then   print alert, stripe refunds
    alrt_1 ACTION_REQUIRED, needs a person, UNSURE (WEAK_EVIDENCE), NOT_REFUNDED
      candidate pi_1 by card bin, card brand, amount exact, same day, descriptor, contradicts card last4
    no stripe refunds
when   person REFUND names payment 1
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card brand, amount exact, same day, descriptor, contradicts card last4
      decided REFUND by KEY key_1
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

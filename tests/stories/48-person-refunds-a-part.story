# A person gives a part back; more than was paid is refused.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   person REFUND amount 60.00 USD
then   print answer
    422 VALIDATION_FAILED: `refund_amount_in_cents`: Must not be more than the 49.00 USD that were paid.
      MORE_THAN_PAID: Must not be more than the 49.00 USD that were paid.
when   person REFUND amount 15.00 USD
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1
      refund re_1 of 15.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 15.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 15.00 USD

# A person says the money went back by another way: Stripe is not called.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   person REFUND externally reference cheque-17
then   print alert, stripe calls, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by KEY key_1, refunded externally
      refund cheque-17 of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: ACCEPTED
    no stripe calls
    A1: RESOLVED, REFUNDED 49.00 USD

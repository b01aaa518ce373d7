# The same for an alert of fraud, which has a word of its own.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
when   time passes 46 hours
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, EXPIRED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      told MISSED, NOT_REFUNDED: ACCEPTED
    A1: MISSED, NOT_REFUNDED

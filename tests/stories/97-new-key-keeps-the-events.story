# A new key is given without the secret of Stripe's events: the events are read as before, so that a refund in the dashboard is seen.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
when   integration gets the key sk_test_shop
when   time passes 1 hour
when   stripe refunds 49.00 USD
when   stripe delivers its events
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by PROCESSOR
      refund re_1 of 49.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    A1: STOPPED, REFUNDED 49.00 USD

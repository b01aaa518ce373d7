# Stripe throttles the alert's refund; a person gives the money back meanwhile. The alert takes that for its own: one refund, and Ethoca hears of it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe throttles to POST at /v1/refunds
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   stripe is up again
when   hand refunds payment
when   time passes 10 minutes
then   print alert, hand refunds, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    rfd_1 SUCCEEDED, re_1 of 49.00 USD
    re_1 of pi_1: 49.00 USD succeeded, for rfd_1
    A1: RESOLVED, REFUNDED 49.00 USD

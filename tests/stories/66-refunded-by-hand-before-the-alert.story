# A person gives everything back, then the alert comes: nothing more is refunded, and Ethoca hears so.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   hand refunds payment
when   time passes 24 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   hand refunds payment
then   print alert, hand refunds, stripe refunds, ethoca outcomes
    alrt_1 INVALID, ALREADY_REFUNDED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ALREADY_REFUNDED by PRE_CHECK
      told RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED: ACCEPTED
    rfd_1 SUCCEEDED, re_1 of 49.00 USD
    rfd_2 REFUSED, NOTHING_REMAINS
    re_1 of pi_1: 49.00 USD succeeded, for rfd_1
    A1: RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED 49.00 USD

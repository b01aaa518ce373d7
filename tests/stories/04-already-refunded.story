# The shop had refunded everything before the alert came: nothing is called, and Ethoca hears so.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  stripe refunds 49.00 USD
when   time passes 24 hours
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes, history
    alrt_1 INVALID, ALREADY_REFUNDED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ALREADY_REFUNDED by PRE_CHECK
      told RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for nobody's alert
    A1: RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED 49.00 USD
    02-18 10:00:00 RECEIVED by VENDOR
    02-18 10:00:00 DECIDED by SYSTEM
    02-18 10:00:00 RESOLVED by VENDOR

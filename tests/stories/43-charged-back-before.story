# The chargeback came before the alert: nothing is refunded, and Ethoca hears why.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   stripe opens a dispute
when   time passes 1 hour
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 INVALID, ALREADY_CHARGED_BACK, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ALREADY_CHARGED_BACK by PRE_CHECK
      told OTHER, NOT_REFUNDED: ACCEPTED
    no stripe refunds
    A1: OTHER, NOT_REFUNDED, "A chargeback was filed before the alert came."

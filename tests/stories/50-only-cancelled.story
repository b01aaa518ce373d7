# The rule cancels the subscription and keeps the money.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset CANCEL when descriptor STARTS_WITH ACMEFIT
given  subscription 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
then   print alert, stripe refunds, stripe subscriptions, ethoca outcomes
    alrt_1 RESOLVED, CANCELLED, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      subscription CANCELLED sub_1
      told ACCOUNT_SUSPENDED, NOT_REFUNDED: ACCEPTED
    no stripe refunds
    sub_1 canceled
    A1: ACCOUNT_SUSPENDED, NOT_REFUNDED, "The subscription was cancelled; no refund was made."

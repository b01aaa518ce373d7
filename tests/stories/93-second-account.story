# A second merchant account has the same statement text: alerts of both come to the organisation, and the sale tells whose rules apply.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  order AF-1 20.00 USD last4 1881
given  account enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   ethoca alerts 20.00 USD ACMEFIT*PLAN last4 1881
then   print quarantine, alerts, stripe refunds, ethoca outcomes
    no quarantine
    alrt_1 of Acme RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 of Acme ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched txn-AF-1 by card last4, card brand, amount exact, same day
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

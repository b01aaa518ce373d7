# There is no exchange rate for the rule: it does not act on a guess, a person decides.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  rate EUR 1.080000
given  ruleset REFUND when amount LESS_THAN 50.00 USD
given  payment 4900 JPY
when   ethoca alerts 4900 JPY ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes, alarms
    alrt_1 ACTION_REQUIRED, needs a person, RULE_UNSURE, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: UNKNOWN (4900 JPY, no rate to USD against LESS_THAN 50.00 USD)
    no stripe refunds
    no ethoca outcomes
    alrt_1 rings: Exchange rates are missing or too old: no rule can compare 4900 JPY

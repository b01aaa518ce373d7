# Rates are good for a week. With older ones no rule compares another currency, a cap does not count it, and an alarm rings.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  rate EUR 1.170000
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT and amount LESS_THAN 60.00 USD
given  automation ON cap 5 refunds 100.00 USD
when   time passes 7 days
given  payment 40.00 EUR
when   ethoca alerts 40.00 EUR ACMEFIT*PLAN of payment
when   time passes 1 days
given  payment 41.00 EUR
when   ethoca alerts 41.00 EUR ACMEFIT*PLAN of payment
then   print alerts, stripe refunds, alarms
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT), MET (40.00 EUR = 46.80 USD at the rate of 2026-02-17 against LESS_THAN 60.00 USD)
      refund re_1 of 40.00 EUR, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 ACTION_REQUIRED, needs a person, RULE_UNSURE, NOT_REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT), UNKNOWN (41.00 EUR, no rate to USD against LESS_THAN 60.00 USD)
    re_1 of pi_1: 40.00 EUR succeeded, for alrt_1
    alrt_2 rings: Exchange rates are missing or too old: no rule can compare 41.00 EUR
given  rate EUR 1.180000
when   rules apply
then   print alerts, stripe refunds, alarms
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT), MET (40.00 EUR = 46.80 USD at the rate of 2026-02-17 against LESS_THAN 60.00 USD)
      refund re_1 of 40.00 EUR, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT), MET (41.00 EUR = 48.38 USD at the rate of 2026-02-25 against LESS_THAN 60.00 USD)
      refund re_2 of 41.00 EUR, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 40.00 EUR succeeded, for alrt_1
    re_2 of pi_2: 41.00 EUR succeeded, for alrt_2
    alrt_2 rings: Exchange rates are missing or too old: no rule can compare 41.00 EUR
given  ruleset REFUND priority 1 when descriptor STARTS_WITH ACMEFIT
when   time passes 8 days
given  payment 42.00 EUR
when   ethoca alerts 42.00 EUR ACMEFIT*PLAN of payment
then   print alert, alarms
    alrt_3 ACTION_REQUIRED, needs a person, RATE_UNKNOWN, NOT_REFUNDED
      matched pi_3 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_2: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    alrt_2 rings: Exchange rates are missing or too old: no rule can compare 41.00 EUR
    alrt_3 rings: Exchange rates are missing or too old: the day's cap cannot count 42.00 EUR

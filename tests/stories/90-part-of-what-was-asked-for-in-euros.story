# Of the euros that the cardholder was asked for a part is disputed. Nobody tells what that is in dollars: a person does.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD presented 43.21 EUR
when   ethoca alerts 43.21 EUR ACMEFIT*PLAN disputes 20.00 EUR
then   print alert, stripe refunds, alarms
    alrt_1 ACTION_REQUIRED, needs a person, AMOUNT_UNCLEAR, NOT_REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day, amount presented
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no stripe refunds
    alrt_1 rings: Exchange rates are missing or too old: 20.00 EUR cannot be compared with the sale
when   person REFUND amount 22.68 USD
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day, amount presented
      decided REFUND by KEY key_1
      refund re_1 of 22.68 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 22.68 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 22.68 USD

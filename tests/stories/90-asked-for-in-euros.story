# The shop sells in dollars, the cardholder was asked for euros. The bank disputes those euros to the cent: the whole sale goes back.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD presented 43.21 EUR
when   ethoca alerts 43.21 EUR ACMEFIT*PLAN
then   print alert, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day, amount presented
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

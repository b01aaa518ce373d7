# The rule asks for the customer, and no order tells who it is: a rule that lacks a fact decides nothing, and stops the next.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset ACCEPT_DISPUTE priority 1 when customer EMAIL casey@example.com and refunded-before false
given  ruleset REFUND priority 2 when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds
    alrt_1 ACTION_REQUIRED, needs a person, RULE_UNSURE, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided ACCEPT_DISPUTE by RULESET rset_1: UNKNOWN (no e-mail against c***@example.com), MET (false against false)
    no stripe refunds

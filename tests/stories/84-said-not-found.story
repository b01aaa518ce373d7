# A person says that there is no such payment, or that the descriptor is not theirs: the bank hears that, also where nothing was searched.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   page NOT_FOUND by kim
then   print answer, alert, ethoca outcomes
    303 by the page
    alrt_1 RESOLVED, NOT_FOUND, NOT_REFUNDED
      decided NOT_FOUND by MEMBER mem_1
      told NOT_FOUND, NOT_REFUNDED: ACCEPTED
    A1: NOT_FOUND, NOT_REFUNDED
when   ethoca alerts 35.00 USD ACMEFIT*PLAN fraud
when   person NOT_OUR_DESCRIPTOR alert 2
then   print answer, alert 2, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_2 RESOLVED, NOT_FOUND, NOT_REFUNDED
      decided NOT_OUR_DESCRIPTOR by KEY key_1
      told NOT_FOUND, NOT_REFUNDED: ACCEPTED
    A1: NOT_FOUND, NOT_REFUNDED
    A2: NOT_FOUND, NOT_REFUNDED, "The descriptor is not the merchant's."
when   person NOT_OUR_DESCRIPTOR alert 2
then   print answer
    409 ALREADY_RESOLVED: The alert is RESOLVED; only its note can change.
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   person NOT_FOUND alert 3
then   print answer, alert 3
    409 CONFLICT: pi_1 is matched: name the right payment with another action, or send `ACCEPT_DISPUTE`.
    alrt_3 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day

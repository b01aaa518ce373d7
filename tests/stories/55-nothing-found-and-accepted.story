# A person knows of no such sale either and lets the dispute come: Ethoca hears NOT_FOUND, which keeps the credit.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   person ACCEPT_DISPUTE
then   print answer, alert, ethoca outcomes
    200 ACTION_REQUIRED
    alrt_1 RESOLVED, NOT_FOUND, NOT_REFUNDED
      decided ACCEPT_DISPUTE by KEY key_1
      told NOT_FOUND, NOT_REFUNDED: ACCEPTED
    A1: NOT_FOUND, NOT_REFUNDED

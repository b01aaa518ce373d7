# A merchant without an integration accepts the dispute, or lets the deadline pass: nothing was searched, so no bank hears NOT_FOUND.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   person ACCEPT_DISPUTE
then   print alert, ethoca outcomes
    alrt_1 RESOLVED, DISPUTE_ACCEPTED, NOT_REFUNDED
      decided ACCEPT_DISPUTE by KEY key_1
      told UNRESOLVED_DISPUTE, NOT_REFUNDED: ACCEPTED
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "No refund was made; the merchant leaves the claim to a dispute."
when   ethoca alerts 35.00 USD ACMEFIT*PLAN fraud
when   time passes 46 hours
then   print alert 2, ethoca outcomes
    alrt_2 RESOLVED, EXPIRED, NOT_REFUNDED
      told OTHER, NOT_REFUNDED: ACCEPTED
    A1: UNRESOLVED_DISPUTE, NOT_REFUNDED, "No refund was made; the merchant leaves the claim to a dispute."
    A2: OTHER, NOT_REFUNDED, "The payment could not be searched for in time; no refund was made."

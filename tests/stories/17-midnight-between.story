# Paid a minute before midnight where the shop is, dated the next day by the bank: one day apart is near enough.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  order AF-1 49.00 USD paid 2026-02-16T23:59:30-05:00
when   ethoca alerts 49.00 USD ACMEFIT*PLAN sold 2026-02-17T00:10:00
then   print alert
    alrt_1 ACTION_REQUIRED, needs a person, NO_PROCESSOR, NOT_REFUNDED
      matched txn-AF-1 by card last4, card brand, amount exact, near day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)

# Two payments fit equally well. A member chooses one on the page behind the mail; the other member's buttons come too late.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim
given  member sam
given  stripe
given  payment 49.00 USD
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   page REFUND names payment 2 by kim
when   page ACCEPT_DISPUTE by sam
then   print answer, alert, stripe refunds, mails, ethoca outcomes
    409 by the page
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided REFUND by MEMBER mem_1
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”
    to kim@acme.example: Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”
    to sam@acme.example: Please confirm your e-mail address
    to sam@acme.example: Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”
    to sam@acme.example: Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”
    A1: RESOLVED, REFUNDED 49.00 USD

# A merchant without an integration works by hand: the mail asks, its page takes the merchant's word, no processor is called.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
when   page REFUND reference cheque-17 by kim
then   print answer, alert, history, mails, ethoca outcomes
    303 by the page
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      decided REFUND by MEMBER mem_1, refunded externally
      refund cheque-17 of 49.00 USD, DECLARED
      told RESOLVED, REFUNDED: ACCEPTED
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 10:00:00 DECIDED by MEMBER
    02-17 10:00:00 RESOLVED by VENDOR
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”
    to kim@acme.example: Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”
    A1: RESOLVED, REFUNDED 49.00 USD

# The owner of an address refuses: nothing is sent to it any more, and its alerts are the partner's to work.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim unconfirmed
when   answers REFUSE by kim
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print mails, history
    to kim@acme.example: Please confirm your e-mail address
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 10:00:00 NOBODY_NOTIFIED by SYSTEM

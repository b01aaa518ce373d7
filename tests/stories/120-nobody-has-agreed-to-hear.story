# A member has not confirmed the address: only the question is sent, the partner hears that nobody was told, and the alert's mail comes with the consent.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim unconfirmed
when   ethoca alerts 49.00 USD ACMEFIT*PLAN
then   print alert, mails, history
    alrt_1 ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Disputes wait: please confirm your e-mail address
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 10:00:00 NOBODY_NOTIFIED by SYSTEM
when   answers CONFIRM by kim
then   print mails, history
    to kim@acme.example: Please confirm your e-mail address
    to kim@acme.example: Disputes wait: please confirm your e-mail address
    to kim@acme.example: A dispute needs your decision
    02-17 10:00:00 RECEIVED by VENDOR
    02-17 10:00:00 REQUIRED_ACTION by SYSTEM
    02-17 10:00:00 NOBODY_NOTIFIED by SYSTEM
    02-17 10:00:00 MEMBERS_NOTIFIED by SYSTEM

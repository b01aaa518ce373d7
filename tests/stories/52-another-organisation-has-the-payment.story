# The payment belongs to another organisation: it is never a candidate here.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  order AF-1 49.00 USD auth 064712 arn 74027012345678901234567
given  org Beta enrolled ETHOCA descriptor BETAGYM
when   ethoca alerts 49.00 USD BETAGYM auth 064712 arn 74027012345678901234567
then   print alert
    alrt_1 of Beta ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED

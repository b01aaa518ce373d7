# Another partner sees nothing, an organisation's key only its own, a key without the ability is refused.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
given  key acme of org
given  key reader may alerts:read
given  org Beta
given  key beta of org
given  partner Rival
when   get alert as acme
then   print answer
    200 ACTION_REQUIRED
when   get alert as beta
then   print answer
    404 NOT_FOUND: There is no such alert.
when   get alert as Rival
then   print answer
    404 NOT_FOUND: There is no such alert.
when   person REFUND as Rival
then   print answer
    404 NOT_FOUND: There is no such alert.
when   get alert as nobody
then   print answer
    401 UNAUTHENTICATED: The credentials are missing or not known.
when   get alert as reader
then   print answer
    200 ACTION_REQUIRED
when   person REFUND as reader
then   print answer
    403 MISSING_ABILITY: The key needs `alerts:write`.
when   get /v1/organisations/ as acme
then   print answer
    401 PARTNER_ONLY: This key is an organisation's.
when   get /v1/alerts/ as beta
then   print answer, stripe refunds
    200 0 items
    no stripe refunds

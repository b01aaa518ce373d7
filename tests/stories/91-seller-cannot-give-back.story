# The seller has no funds to give its share back. Stripe refuses the refund, nothing moves, and a person reads why.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 50.00 USD to acct_seller fee 5.00 USD
given  stripe cannot reverse transfers
when   ethoca alerts 50.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, stripe shares

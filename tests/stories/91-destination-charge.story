# A platform charged for a seller. Of a part that is refunded each gives back its share: the seller the transfer, the platform its fee.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 50.00 USD to acct_seller fee 5.00 USD
when   ethoca alerts 50.00 USD ACMEFIT*PLAN of payment disputes 10.00 USD
then   print alert, stripe refunds, stripe shares

# A card that was read at a terminal: its facts stand elsewhere at Stripe, and its authorisation code is on the receipt.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD at card_present
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, ethoca outcomes

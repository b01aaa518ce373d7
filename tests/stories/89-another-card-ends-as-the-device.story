# A card of somebody else ends in the digits of the phone. Nothing tells the two payments of one price apart: a person does.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD wallet 4444
given  payment 49.00 USD card pm_card_mastercard
when   ethoca alerts 49.00 USD ACMEFIT*PLAN bin 481582 last4 4444
then   print alert, stripe refunds

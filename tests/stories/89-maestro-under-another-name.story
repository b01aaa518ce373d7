# Stripe calls Maestro cards Mastercard. The bank tells a BIN of Maestro: one card, no contradiction.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 EUR card pm_card_maestro
when   ethoca alerts 49.00 EUR ACMEFIT*PLAN bin 675964 last4 8453
then   print alert, stripe refunds

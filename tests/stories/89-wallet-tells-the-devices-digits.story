# The bank knows the number of the phone, not the card behind it. Stripe tells both, so the payment is found as any other.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD wallet 9876
when   ethoca alerts 49.00 USD ACMEFIT*PLAN bin 481582 last4 9876
then   print alert, stripe refunds, ethoca outcomes

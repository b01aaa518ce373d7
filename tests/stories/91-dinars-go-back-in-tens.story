# Stripe takes dinars in tens of fils only: of 1.234 that are disputed 1.240 go back, and that is what the network hears.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  rate KWD 3.250000
given  payment 15.500 KWD
when   ethoca alerts 15.500 KWD ACMEFIT*PLAN of payment disputes 1.234 KWD
then   print alert, stripe refunds, ethoca outcomes

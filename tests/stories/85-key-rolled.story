# The merchant rolled the key at Stripe: the alert says that Stripe could not be asked, the integration and a mail say so, and the new key matches it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  member kim
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
given  subscriber of integration.failing integration.recovered
given  stripe revokes the key
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   ethoca alerts 48.00 USD ACMEFIT*PLAN
then   print alerts, integration, mails, ethoca outcomes
when   time passes 1 minute
when   integration gets the key sk_test_new
then   print alerts, integration, mails, subscriber, stripe refunds, ethoca outcomes

# A refund fails days after the answer: the partner and the member hear it once, the answer stays, and a new refund by hand makes it good.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  member kim
given  subscriber of alert.updated refund.failed
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
when   time passes 12 days
when   stripe fails the refund
when   stripe delivers its events
when   stripe delivers its events
then   print alert, history, subscriber, mails, stripe refunds, ethoca outcomes, alarms
when   hand refunds payment
then   print alert, hand refunds, stripe refunds, ethoca outcomes

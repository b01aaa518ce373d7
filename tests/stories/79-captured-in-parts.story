# Of an authorisation a part is captured and more may follow: what was captured is refunded, the rest is released, and Ethoca hears of the refund.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD uncaptured in-parts
given  stripe captures 20.00 USD and more later
given  stripe captures 9.00 USD and more later
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
then   print alert, stripe payments, stripe calls, stripe refunds, ethoca outcomes
# A part was captured for good, the bank tells what was authorised: all that was captured goes back.
given  payment 60.00 USD uncaptured
given  stripe captures 45.00 USD
when   ethoca alerts 60.00 USD ACMEFIT*PLAN fraud of payment
then   print alert, stripe payments, ethoca outcomes
# A part of what was captured is disputed: the order goes on, and more may still be captured.
given  payment 70.00 USD uncaptured in-parts
given  stripe captures 50.00 USD and more later
when   ethoca alerts 70.00 USD ACMEFIT*PLAN fraud of payment disputes 15.00 USD
then   print alert, stripe payments, ethoca outcomes
# A person gives all of it back by hand.
when   hand refunds payment
then   print hand refunds, stripe payments

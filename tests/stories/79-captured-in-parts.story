# Of an authorisation a part is captured and more may follow: what was captured is refunded, the rest is released, and Ethoca hears of the refund.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD uncaptured in-parts
given  stripe captures 20.00 USD and more later
given  stripe captures 9.00 USD and more later
when   ethoca alerts 49.00 USD ACMEFIT*PLAN fraud of payment
then   print alert, stripe payments, stripe calls, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount authorised, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 29.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    pi_1 succeeded, 29.00 USD of 49.00 USD captured, 0.00 USD may still be
    POST /v1/refunds: 200
    POST /v1/payment_intents/pi_1/cancel: 200
    re_1 of pi_1: 29.00 USD succeeded, for alrt_1
    A1: STOPPED, REFUNDED 29.00 USD
# A part was captured for good, the bank tells what was authorised: all that was captured goes back.
given  payment 60.00 USD uncaptured
given  stripe captures 45.00 USD
when   ethoca alerts 60.00 USD ACMEFIT*PLAN fraud of payment
then   print alert, stripe payments, ethoca outcomes
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_2 by auth code, card bin, card last4, card brand, amount authorised, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_2 of 45.00 USD, REFUNDED
      told STOPPED, REFUNDED: ACCEPTED
    pi_1 succeeded, 29.00 USD of 49.00 USD captured, 0.00 USD may still be
    pi_2 succeeded, 45.00 USD of 60.00 USD captured, 0.00 USD may still be
    A1: STOPPED, REFUNDED 29.00 USD
    A2: STOPPED, REFUNDED 45.00 USD
# A part of what was captured is disputed: the order goes on, and more may still be captured.
given  payment 70.00 USD uncaptured in-parts
given  stripe captures 50.00 USD and more later
when   ethoca alerts 70.00 USD ACMEFIT*PLAN fraud of payment disputes 15.00 USD
then   print alert, stripe payments, ethoca outcomes
    alrt_3 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_3 by auth code, card bin, card last4, card brand, amount authorised, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_3 of 15.00 USD, REFUNDED
      told PARTIALLY_STOPPED, REFUNDED: ACCEPTED
    pi_1 succeeded, 29.00 USD of 49.00 USD captured, 0.00 USD may still be
    pi_2 succeeded, 45.00 USD of 60.00 USD captured, 0.00 USD may still be
    pi_3 requires_capture, 50.00 USD of 70.00 USD captured, 20.00 USD may still be
    A1: STOPPED, REFUNDED 29.00 USD
    A2: STOPPED, REFUNDED 45.00 USD
    A3: PARTIALLY_STOPPED, REFUNDED 15.00 USD
# A person gives all of it back by hand.
when   hand refunds payment
then   print hand refunds, stripe payments
    rfd_1 SUCCEEDED, re_4 of 35.00 USD
    pi_1 succeeded, 29.00 USD of 49.00 USD captured, 0.00 USD may still be
    pi_2 succeeded, 45.00 USD of 60.00 USD captured, 0.00 USD may still be
    pi_3 succeeded, 50.00 USD of 70.00 USD captured, 0.00 USD may still be

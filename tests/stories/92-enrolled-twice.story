# The same descriptor is asked for twice by one organisation, the second time in another spelling: there is one enrolment, and its alerts come.
given  org Acme enrolled ETHOCA descriptor ACMEFIT*PLAN
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
then   print enrolment
    enrl_1 of Acme PENDING
given  enrols ETHOCA descriptor "acme fit plan"
then   print enrolment
    enrl_1 of Acme PENDING
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alerts, quarantine, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    no quarantine
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

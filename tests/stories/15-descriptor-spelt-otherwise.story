# Banks write descriptors in any case and with spaces; enrolments and rules do not mind.
given  org Acme enrolled ETHOCA descriptor "Acme Fit"
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH acme-fit
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*SUB of payment
given  payment 48.00 USD
when   ethoca alerts 48.00 USD "acme  fit  sub 12"
then   print alerts, quarantine
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*SUB against STARTS_WITH acme-fit)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 RESOLVED, REFUNDED, REFUNDED
      matched pi_2 by card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (acme  fit  sub 12 against STARTS_WITH acme-fit)
      refund re_2 of 48.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    no quarantine

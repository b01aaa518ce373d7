# Banks write descriptors in any case and with spaces; enrolments and rules do not mind.
given  org Acme enrolled ETHOCA descriptor "Acme Fit"
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH acme-fit
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*SUB of payment
when   ethoca alerts 49.00 USD "acme  fit  sub 12"
then   print alerts, quarantine
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*SUB against STARTS_WITH acme-fit)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    alrt_2 INVALID, DUPLICATE, NOT_REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided DUPLICATE by PRE_CHECK
      told RESOLVED_PREVIOUSLY_REFUNDED, REFUNDED: ACCEPTED
    no quarantine

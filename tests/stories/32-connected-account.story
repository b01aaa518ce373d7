# The shop is a connected account of a platform: its payments are looked for and refunded there.
given  org Acme merchant STRIPE acct_1Connected12345 enrolled ETHOCA descriptor ACMEFIT
given  stripe for connected accounts
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD in acct_1Connected12345
when   ethoca alerts 49.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe calls, stripe refunds, ethoca outcomes
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    POST /v1/refunds in acct_1: 200
    re_1 of pi_1: 49.00 USD succeeded, for alrt_1
    A1: RESOLVED, REFUNDED 49.00 USD

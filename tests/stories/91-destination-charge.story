# A platform charged for a seller. Of a part that is refunded each gives back its share: the seller the transfer, the platform its fee.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 50.00 USD to acct_seller fee 5.00 USD
when   ethoca alerts 50.00 USD ACMEFIT*PLAN of payment disputes 10.00 USD
then   print alert, stripe refunds, stripe shares
    alrt_1 RESOLVED, PARTIALLY_REFUNDED, REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 10.00 USD, REFUNDED
      told RESOLVED, REFUNDED: ACCEPTED
    re_1 of pi_1: 10.00 USD succeeded, for alrt_1
    transfer to acct_seller: 10.00 USD of 50.00 USD went back
    application fee: 1.00 USD of 5.00 USD went back

# The seller has no funds to give its share back. Stripe refuses the refund, nothing moves, and a person reads why.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND when descriptor STARTS_WITH ACMEFIT
given  payment 50.00 USD to acct_seller fee 5.00 USD
given  stripe cannot reverse transfers
when   ethoca alerts 50.00 USD ACMEFIT*PLAN of payment
then   print alert, stripe refunds, stripe shares
    alrt_1 ACTION_REQUIRED, needs a person, REFUND_FAILED (refused: The connected account does not have the funds to reverse this transfer. (balance_insufficient)), NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
      decided REFUND by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
    no stripe refunds
    transfer to acct_seller: 0.00 USD of 50.00 USD went back
    application fee: 0.00 USD of 5.00 USD went back

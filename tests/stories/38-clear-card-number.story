# Ethoca sends the card number in clear: it works as ever, and only the first six and last four digits are kept.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD ACMEFIT*PLAN card 4242424242424242
when   ethoca alerts 49.00 USD AFSTUDIO card 4242424242424242
when   ethoca alerts 49.00 USD ACMEFIT card 4242424242424242 type HOLIDAY
then   print push, alert 1, quarantine
    200, acknowledged: A3
    alrt_1 RESOLVED, REFUNDED, REFUNDED
      matched pi_1 by card bin, card last4, card brand, amount exact, same day
      decided REFUND_AND_CANCEL by RULESET rset_1: MET (ACMEFIT*PLAN against STARTS_WITH ACMEFIT)
      refund re_1 of 49.00 USD, REFUNDED
      subscription NOTHING_TO_CANCEL
      told RESOLVED, REFUNDED: ACCEPTED
    quar_1: A2, HELD: no enrolment has its descriptor
    quar_2: A3, HELD: its alertType is unknown: HOLIDAY
when   person note "card 4242 4242 4242 4242" alert 1
then   print answer, alarms
    422 CARD_NUMBER_REFUSED: Send at most the first six or eight and the last four digits; nothing was kept.
      CARD_NUMBER_REFUSED: Looks like a card number: digits of a card issuer, of a card's length, with a valid check digit.
    rings: Quarantined: no enrolment has its descriptor
    rings: Quarantined: its alertType is unknown: HOLIDAY

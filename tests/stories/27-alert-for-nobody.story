# No enrolment has the descriptor: the alert is acknowledged and quarantined; the operator releases it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
given  ruleset REFUND_AND_CANCEL when descriptor STARTS_WITH ACMEFIT
given  payment 49.00 USD
when   ethoca alerts 49.00 USD AFSTUDIO of payment
then   print push, quarantine, alerts
    200, acknowledged: A1
    quar_1: A1, HELD: no enrolment has its descriptor
    no alerts
when   operator releases
then   print quarantine, alerts, stripe refunds, ethoca outcomes
    quar_1: A1, RELEASED: no enrolment has its descriptor
    alrt_1 ACTION_REQUIRED, needs a person, NO_RULE_MET, NOT_REFUNDED
      matched pi_1 by auth code, card bin, card last4, card brand, amount exact, same day
    no stripe refunds
    no ethoca outcomes
when   operator releases
then   print answer, alarms
    422 REFUSED: it was released or discarded before
    rings: Quarantined: no enrolment has its descriptor

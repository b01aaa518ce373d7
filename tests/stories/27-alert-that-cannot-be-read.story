# An alert of an unknown type is acknowledged and quarantined; the operator discards it.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
when   ethoca alerts 49.00 USD ACMEFIT type HOLIDAY
then   print push, quarantine
    200, acknowledged: A1
    quar_1: A1, HELD: its alertType is unknown: HOLIDAY
when   operator discards a test of theirs
then   print quarantine, alerts, alarms
    quar_1: A1, DISCARDED: its alertType is unknown: HOLIDAY
    no alerts
    rings: Quarantined: its alertType is unknown: HOLIDAY

# Banks print names without accents, in any width, and cut them off at 22 characters: the alerts find their enrolment all the same.
given  org Acme enrolled ETHOCA descriptor "Café Straße Zürich International" EQUALS
then   print enrolment
    enrl_1 of Acme PENDING
when   ethoca alerts 49.00 USD "CAFE STRASSE ZURICH INTERNATIONAL"
when   ethoca alerts 48.00 USD "CAFE STRASSE ZURICH IN"
when   ethoca alerts 47.00 USD "ＣＡＦＥ ＳＴＲＡＳＳＥ ＺＵＲＩＣＨ"
when   ethoca alerts 46.00 USD "CAFE STRASSE BASEL"
then   print alerts, quarantine, alarms
    alrt_1 ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_2 ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    alrt_3 ACTION_REQUIRED, needs a person, NO_SOURCE, NOT_REFUNDED
    quar_1: A4, HELD: no enrolment has its descriptor
    rings: Quarantined: no enrolment has its descriptor

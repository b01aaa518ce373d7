use domain::basics::card::has_card_number;
use proptest::prelude::*;

use super::*;

mod numbers;
mod spellings;
mod times;

const NOW: &str = "2026-03-14T10:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

/// The only alert of a payload as Ethoca sends it.
fn fixture(name: &str) -> PushedAlert {
    let path = format!("{}/../../tests/fixtures/ethoca/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let body = std::fs::read(&path).expect("a fixture");
    one(&body)
}

fn one(body: &[u8]) -> PushedAlert {
    let mut alerts = read_push(body, &zone("America/New_York"), now()).expect("a delivery");
    assert_eq!(alerts.len(), 1);
    alerts.remove(0)
}

/// An alert that is complete but for the members given.
fn alert(members: &str) -> PushedAlert {
    let complete = r#""alertId":"A1","alertType":"FRAUD","amount":49.00,"currency":"USD""#;
    one(format!(r#"{{"alerts":[{{{complete},{members}}}]}}"#).as_bytes())
}

fn claim_of(members: &str) -> Claim {
    alert(members).expect("a claim")
}

fn text(value: Option<&String>) -> &str {
    value.map(String::as_str).unwrap_or_default()
}

/// The first and the last digits of a card.
fn digits(card: &TruncatedCard) -> (&str, &str) {
    (text(card.bin.as_ref()), text(card.last4.as_ref()))
}

#[test]
fn what_is_wrong_is_told_without_card_numbers() {
    for body in [
        &br#"{"alerts":"4242 4242 4242 4242"}"#[..],
        br#"["4242 4242 4242 4242", }"#,
        br"4242 4242 4242 4242",
    ] {
        let told = format!("{:?}", read_push(body, &zone("UTC"), now()));
        assert!(!has_card_number(&told) && told.contains("424242******4242"), "{told}");
    }
}

#[test]
fn every_field_is_taken_over() {
    let claim = fixture("dispute").expect("a claim");
    assert_eq!(
        (claim.vendor_alert_id.as_str(), claim.kind),
        ("D1SPUTE9M2MIYL9F2BPF9TWUI", AlertKind::Dispute)
    );
    assert_eq!(
        (claim.amount.to_string(), claim.chargeback_amount),
        ("49.00 USD".to_owned(), Some(claim.amount))
    );
    assert_eq!(claim.descriptor, "ACMEFIT 8005550199");
    assert_eq!(claim.alerted_at.to_string(), "2026-03-14T09:26:53Z");
    let day = claim.transacted.map(|moment| moment.day.to_string());
    assert_eq!(day.as_deref(), Some("2026-03-13"));
    assert_eq!(
        (digits(&claim.card), claim.card.brand),
        (("424242", "4242"), Some(CardBrand::Visa))
    );
    assert_eq!(
        (text(claim.arn.as_ref()), text(claim.auth_code.as_ref())),
        ("74027016072012345678901", "064712")
    );
    assert_eq!(
        (
            text(claim.transaction_id.as_ref()),
            text(claim.reason_code.as_ref()),
            text(claim.mcc.as_ref())
        ),
        ("466061234567890", "13.2", "7997")
    );
    assert_eq!(
        (text(claim.issuer.as_ref()), text(claim.initiated_by.as_ref())),
        ("First Example Bank", "cardholder")
    );
    assert_eq!(
        (claim.is_3ds, text(claim.transaction_type.as_ref()), text(claim.source.as_ref())),
        (Some(false), "eCommerce", "issuer")
    );
}

#[test]
fn each_variant_of_the_payload_is_read() {
    for name in [
        "dispute",
        "string_amounts",
        "amount_object",
        "type_with_spaces",
        "masked_card",
        "arn_24_digits",
        "arn_empty",
        "fraud",
    ] {
        let claim = fixture(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(claim.amount.to_string(), "49.00 USD", "{name}");
        assert_eq!(text(claim.card.last4.as_ref()), "4242", "{name}");
    }
    assert_eq!(fixture("arn_empty").map(|claim| claim.arn), Ok(None));
    assert_eq!(fixture("type_with_spaces").map(|claim| claim.kind), Ok(AlertKind::Dispute));
    assert_eq!(fixture("jpy").map(|claim| claim.amount.minor), Ok(4900));
    let partial = fixture("partial_chargeback")
        .map(|claim| (claim.amount.minor, claim.disputed_amount().minor));
    assert_eq!(partial, Ok((12000, 3550)));
    assert_eq!(
        fixture("last4_without_leading_zeros").map(|claim| claim.card.last4),
        Ok(Some("0042".to_owned()))
    );
    let clear = fixture("clear_card").expect("a claim");
    assert_eq!(digits(&clear.card), ("41111111", "1111"));
}

#[test]
fn types_in_every_spelling_are_known() {
    for (spelling, kind) in [
        (" issuer_alert", AlertKind::Fraud),
        ("fraudreporter_alert", AlertKind::Fraud),
        ("Confirmed Fraud", AlertKind::Fraud),
        ("ETHOCA_FRAUD", AlertKind::Fraud),
        ("customerdispute_alert", AlertKind::Dispute),
        ("ETHOCA_CUSTOMER_DISPUTE", AlertKind::Dispute),
    ] {
        assert_eq!(super::parse_alert_kind(spelling), Ok(kind), "{spelling}");
    }
}

#[test]
fn blanks_and_odd_shapes_are_tolerated() {
    let claim = claim_of(
        r#""arn":"","authCode":null,"mcc":7997,"is3DSecure":true,"cardLast4":42,
        "cardBin":42424242,"chargebackAmount":"0.00","memberId":{"a":[1]},
        "transactionTimestamp":"2026-02-30""#,
    );
    assert_eq!(
        claim.left_out,
        [UnusedField::new("transactionTimestamp", "2026-02-30", UnusedFieldReason::NotATime)]
    );
    assert_eq!(
        (claim.arn, claim.auth_code, claim.transacted, claim.chargeback_amount),
        (None, None, None, None)
    );
    assert_eq!((text(claim.mcc.as_ref()), claim.is_3ds), ("7997", Some(true)));
    assert_eq!(digits(&claim.card), ("42424242", "0042"));
    assert_eq!(
        claim_of(r#""is3DSecure":"not_available","chargebackAmount":10"#)
            .chargeback_amount
            .map(|money| money.minor),
        Some(1000)
    );
}

#[test]
fn one_bad_alert_does_not_spoil_the_others() {
    let body = br#"{"alerts":[7,{"alertId":"A1"},
        {"alertId":"A2","alertType":"FRAUD","amount":1,"currency":"USD"},
        {"alertId":"A3","alertType":"FRAUD","amount":1.001,"currency":"USD"},
        {"alertId":"A4","alertType":"FRAUD","amount":1e999,"currency":"USD"},
        {"alertId":"A5","alertType":"FRAUD","amount":1,"currency":"???"}]}"#;
    let read: Vec<Result<String, Option<String>>> = read_push(body, &TimeZone::UTC, now())
        .expect("a delivery")
        .into_iter()
        .map(|one| one.map(|claim| claim.vendor_alert_id).map_err(|bad| bad.vendor_alert_id))
        .collect();
    let bad = |id: &str| Err(Some(id.to_owned()));
    assert_eq!(read, [Err(None), bad("A1"), Ok("A2".to_owned()), bad("A3"), bad("A4"), bad("A5")]);
}

#[test]
fn what_cannot_be_worked_is_told_and_kept() {
    let unknown = fixture("unknown_type").expect_err("unknown");
    assert_eq!(unknown.vendor_alert_id.as_deref(), Some("UNKN0WNTYPEO7P0A3S6D9F2G5"));
    assert!(
        unknown.why.contains("ACCOUNTTAKEOVER") && unknown.raw.contains("\"amount\":49.00"),
        "{unknown:?}"
    );
    assert_eq!(fixture("missing_id").map_err(|bad| bad.vendor_alert_id), Err(None));
    for body in
        ["", "nonsense", "{}", r#"{"alerts":{}}"#, "\"4242424242424242\"", "x4242424242424242x"]
    {
        let bad = read_push(body.as_bytes(), &TimeZone::UTC, now()).expect_err(body);
        assert!(!bad.raw.contains("4242424242424242"), "{bad:?}");
    }
    assert_eq!(read_push(b" []", &TimeZone::UTC, now()), Ok(Vec::new()));
}

#[test]
fn card_numbers_are_cut_whatever_they_look_like() {
    for number in [
        r#""cardNumber":"6521111111111111""#,
        r#""cardNumber":4111111111111111"#,
        r#""CARD_NUMBER":"4111.1111.1111.1111""#,
        r#""note":"\u0034111111111111111""#,
        r#""note":[{"4111111111111111":"4111-1111-1111-1111"}]"#,
        r#""alertType":"4111111111111111""#,
    ] {
        let body =
            format!(r#"{{"alerts":[{{"alertId":"A1","amount":1,"currency":"USD",{number}}}]}}"#);
        let bad = one(body.as_bytes()).expect_err("no type");
        let shown = format!("{bad:?}");
        let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
        assert!(
            !digits.contains("6521111111111111") && !digits.contains("4111111111111111"),
            "{shown}"
        );
    }
    let claim =
        claim_of(r#""merchantDescriptor":"ACME 4111111111111111","cardLast4":"4111111111111111""#);
    assert!(!format!("{claim:?}").contains("4111111111111111"), "{claim:?}");
}

#[test]
fn nesting_without_end_is_cut() {
    let deep = format!(r#"{{"alerts":[{}]}}"#, "[".repeat(50_000) + &"]".repeat(50_000));
    assert!(one(deep.as_bytes()).is_err_and(|bad| bad.raw.len() < 100));
}

/// A card number of the given beginning with a right check digit.
fn number(beginning: &str) -> String {
    let complete = |digit: u8| format!("{beginning}{digit}");
    (0..10).map(complete).find(|number| has_card_number(number)).expect("a check digit")
}

proptest! {
    #[test]
    fn no_card_number_survives(
        beginning in "4[0-9]{14}|5[1-5][0-9]{13}|3[47][0-9]{12}",
        field in "[a-zA-Z_]{1,12}",
        around in "[ a-zA-Z:/,.]{0,9}",
        shape in 0_usize..6,
    ) {
        let number = number(&beginning);
        let alert = match shape {
            0 => format!(r#"{{"{field}":"{around}{number}{around}"}}"#),
            1 => format!(r#"{{"alertId":"{number}","{field}":{number}}}"#),
            2 => format!(r#"{{"{field}":[{{"a":"{number}"}},{number},"{around}"]}}"#),
            3 => format!(r#"{{"alertType":"{around}{number}","amount":"{number}"}}"#),
            4 => format!(r#""{around}{number}""#),
            _ => number.clone(),
        };
        let body = format!(r#"{{"alerts":[{alert}]}}"#);
        let shown = format!("{:?}", one(body.as_bytes()));
        prop_assert!(!shown.contains(&number) && !has_card_number(&shown), "{}", shown);
        for cut in [body.len() - 1, body.len() - 2, body.len() - 3] {
            let broken = format!("{:?}", read_push(&body.as_bytes()[..cut], &TimeZone::UTC, now()));
            let is_whole = broken.contains(&number) || has_card_number(&broken);
            prop_assert!(!is_whole, "{}", broken);
        }
    }
}

//! Bytes, numbers, times and ids as the world writes them.

use super::*;

/// An alert that is complete, as one object.
fn whole(id: &str, members: &str) -> String {
    format!(r#"{{"alertId":"{id}","alertType":"FRAUD","amount":49.00,"currency":"USD"{members}}}"#)
}

fn ids(body: &[u8]) -> Vec<Result<String, Option<String>>> {
    let read = read_push(body, &TimeZone::UTC, now()).expect("a delivery");
    read.into_iter()
        .map(|one| one.map(|claim| claim.vendor_alert_id).map_err(|bad| bad.vendor_alert_id))
        .collect()
}

#[test]
fn one_wrong_byte_costs_at_most_its_alert() {
    let (one, two) =
        (whole("A1", r#","merchantDescriptor":"CAF@ \u0000NOIR \ud83d""#), whole("A2", ""));
    let body = |bytes: &[u8]| -> Vec<u8> {
        format!(r#"{{"alerts":[{one},{two}]}}"#)
            .bytes()
            .flat_map(|byte| if byte == b'@' { bytes.to_vec() } else { vec![byte] })
            .collect()
    };
    let good = |id: &str| Ok(id.to_owned());
    for (bytes, descriptor) in [
        (&b"\xc9"[..], "CAF\u{c9}  NOIR \u{fffd}"),
        (b"\0", "CAF   NOIR \u{fffd}"),
        (b"\n", "CAF   NOIR \u{fffd}"),
        (b"\xc3\x89", "CAF\u{c9}  NOIR \u{fffd}"),
    ] {
        assert_eq!(ids(&body(bytes)), [good("A1"), good("A2")]);
        let read = read_push(&body(bytes), &TimeZone::UTC, now()).expect("a delivery");
        assert_eq!(read[0].as_ref().map(|claim| claim.descriptor.as_str()), Ok(descriptor));
    }
    assert_eq!(ids(&[b"\xef\xbb\xbf".as_slice(), &body(b"E")].concat()), [good("A1"), good("A2")]);
    let bad = Err(Some("A1".to_owned()));
    assert_eq!(
        ids(&body(b"\"")),
        [good("A2"), Err(Some("A1".to_owned()))],
        "a quotation mark too many"
    );
    assert_eq!(
        ids(format!(r#"[{{"alertId":"A1","amount":}},{two}]"#).as_bytes()),
        [good("A2"), bad]
    );
    assert_eq!(
        ids(format!(r#"{{"alerts":[{two},{{"alertId":"A1","am"#).as_bytes()),
        [good("A2"), Err(None)],
        "what is cut off comes again whole"
    );
}

#[test]
fn what_is_given_twice_is_never_guessed() {
    assert_eq!(claim_of(r#""amount":49.00"#).amount.minor, 4900);
    let two_amounts = alert(r#""amount":50.00"#).expect_err("two amounts");
    assert!(two_amounts.why.contains("two values of amount") && two_amounts.raw.contains("50.00"));
    assert!(alert(r#""AlertId":"A2""#).is_err_and(|bad| bad.vendor_alert_id.is_none()));
    assert!(alert(r#""alert_type":"DISPUTE""#).is_err());
    let claim = claim_of(
        r#""arn":"74027016072012345678901","ARN":"74027016072012345678902",
        "issuer":"","Issuer":"Bank""#,
    );
    assert_eq!((claim.arn, text(claim.issuer.as_ref())), (None, "Bank"));
    assert_eq!(claim.left_out, [UnusedField::new("ARN", "", UnusedFieldReason::GivenTwice)]);
}

#[test]
fn each_spelling_of_a_time_is_read_in_each_field() {
    for text in [
        r#""20260314T051005-0400""#,
        r#""2026-03-14 09:10:05 UTC""#,
        "1773479405",
        "1773479405000",
        "1.773479405E12",
        r#""1773479405000""#,
        r#""2026-03-14T09:10:05,000Z""#,
    ] {
        let claim = claim_of(&format!(r#""alertTimestamp":{text},"transactionTimestamp":{text}"#));
        let at = Some(claim.alerted_at);
        assert_eq!(
            (claim.alerted_at.to_string().as_str(), claim.transacted.and_then(|moment| moment.at)),
            ("2026-03-14T09:10:05Z", at),
            "{text}"
        );
        assert_eq!(claim.left_out, [], "{text}");
    }
    let local = claim_of(r#""alertTimestamp":"20260314051005","transactionTimestamp":"20260314""#);
    assert_eq!(local.alerted_at.to_string(), "2026-03-14T09:10:05Z");
    assert_eq!(
        local.transacted.map(|moment| moment.day.to_string()).as_deref(),
        Some("2026-03-14")
    );
}

#[test]
fn amounts_are_read_as_json_writes_them() {
    for (number, currency, minor) in [
        ("3.0E6", "JPY", 3_000_000),
        ("1.0E7", "IDR", 1_000_000_000),
        ("4.9E+1", "USD", 4900),
        ("19.990000000000002", "USD", 1999),
        ("0.3000000000000004", "USD", 30),
    ] {
        for value in
            [number.to_owned(), format!("\"{number}\""), format!(r#"{{"value":{number}}}"#)]
        {
            let known = r#""alertId":"A1","alertType":"FRAUD""#;
            let body = format!(r#"[{{{known},"amount":{value},"currency":"{currency}"}}]"#);
            assert_eq!(one(body.as_bytes()).map(|claim| claim.amount.minor), Ok(minor), "{body}");
            let unknown = body.replace("FRAUD", "HOLIDAY");
            let kept = one(unknown.as_bytes()).expect_err("an unknown type").raw;
            let again = read_quarantined(&kept.replace("HOLIDAY", "FRAUD"), &TimeZone::UTC, now());
            assert_eq!(again.map(|claim| claim.amount.minor), Ok(minor), "{kept}");
        }
    }
    for (code, minor) in [("HRK", 4900), ("BGN", 4900), ("LTL", 4900), ("ANG", 4900), ("BYR", 49)] {
        let body =
            format!(r#"[{{"alertId":"A1","alertType":"FRAUD","amount":49,"currency":"{code}"}}]"#);
        assert_eq!(one(body.as_bytes()).map(|claim| claim.amount.minor), Ok(minor), "{code}");
    }
    for number in ["-1", "49.005", "1e999999999", "\"NaN\"", "{}", "[]"] {
        let body = format!(
            r#"[{{"alertId":"A1","alertType":"FRAUD","amount":{number},"currency":"USD"}}]"#
        );
        assert!(
            one(body.as_bytes()).is_err_and(|bad| bad.vendor_alert_id.as_deref() == Some("A1")),
            "{body}"
        );
    }
}

#[test]
fn ids_are_compared_and_card_numbers_are_not_kept() {
    for id in [
        "304207643310683",
        "501234832796141",
        "016123483279610",
        "49941796-3533-4602-ab2c-d2efdb26a20c",
    ] {
        assert_eq!(
            claim_of(&format!(r#""transactionId":"{id}""#)).transaction_id.as_deref(),
            Some(id)
        );
    }
    assert_eq!(
        claim_of(r#""transactionId":"4242424242424242""#).transaction_id.as_deref(),
        Some("424242******4242")
    );
    for (field, blank) in [
        ("arn", "N/A"),
        ("transactionId", "000000000000000"),
        ("authCode", "000000"),
        ("arn", "unknown"),
    ] {
        let claim = claim_of(&format!(r#""{field}":"{blank}""#));
        assert_eq!((&claim.arn, &claim.transaction_id, &claim.auth_code), (&None, &None, &None));
        assert_eq!(
            claim.left_out,
            [UnusedField::new(field, blank, UnusedFieldReason::Placeholder)]
        );
    }
    let alone = one(whole("4242424242424242", "").replace('@', "").as_bytes());
    assert!(
        alone.is_err_and(|bad| bad.vendor_alert_id.is_none()),
        "an id that is cut would be another alert's"
    );
}

#[test]
fn parts_of_a_card_are_taken_in_any_form() {
    for (bin, last4) in [
        ("424242", "4242"),
        ("4242 42", "xxxx4242"),
        ("424242XX", "************4242"),
        ("42424200", "4242424242424242"),
        ("424242.0", "4242.0"),
    ] {
        let quote =
            |text: &str| if text.contains('.') { text.to_owned() } else { format!("\"{text}\"") };
        let claim = claim_of(&format!(r#""cardBin":{},"cardLast4":{}"#, quote(bin), quote(last4)));
        let read =
            (claim.card.bin.map(|bin| bin[..6].to_owned()), claim.card.last4, claim.left_out);
        assert_eq!(
            read,
            (Some("424242".to_owned()), Some("4242".to_owned()), vec![]),
            "{bin} {last4}"
        );
    }
    let claim = claim_of(
        r#""cardBin":"Visa","cardLast4":"none","cardNumber":"hidden","is3DSecure":"maybe""#,
    );
    let fields: Vec<(&str, Option<&str>)> =
        claim.left_out.iter().map(|one| (one.field.as_str(), one.value.as_deref())).collect();
    assert_eq!(
        fields,
        [
            ("cardNumber", None),
            ("cardBin", None),
            ("cardLast4", None),
            ("is3DSecure", Some("maybe"))
        ]
    );
}

#[test]
fn a_page_is_read_as_a_push_is() {
    let page =
        |body: &str| read_page(body.as_bytes(), &TimeZone::UTC, now()).map(|alerts| alerts.len());
    assert_eq!(
        [page("{}"), page(r#"{"alerts":null}"#), page(r#"{"total":0}"#), page("[]")],
        [Ok(0), Ok(0), Ok(0), Ok(0)]
    );
    let (one, two) = (whole("A1", ""), whole("A2", ""));
    assert_eq!(page(&format!("\u{feff}{{\"alerts\":[{one},{{\"alertId\":,}},{two}]}}")), Ok(3));
    assert!(page("<html>").is_err() && page("").is_err());
}

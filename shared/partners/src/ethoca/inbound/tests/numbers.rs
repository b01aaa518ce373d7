use super::*;

/// Every field that is read of an alert, and one that is not.
const FIELDS: [&str; 26] = [
    "alertId",
    "alertType",
    "alertTimestamp",
    "age",
    "cardNumber",
    "cardBin",
    "cardLast4",
    "arn",
    "authCode",
    "transactionId",
    "transactionTimestamp",
    "merchantDescriptor",
    "amount",
    "currency",
    "chargebackAmount",
    "chargebackCurrency",
    "issuer",
    "chargebackReasonCode",
    "mcc",
    "is3DSecure",
    "initiatedBy",
    "transactionType",
    "source",
    "memberId",
    "memo",
    "5432",
];
const FOURS: [&str; 4] = ["5432", "1099", "8765", "0120"];

/// The number in Latin digits, in others, and with signs between.
fn spelled() -> Vec<String> {
    let signs = [
        "", " ", "  ", "\u{a0}", "\u{2009}", "-", "\u{2011}", "\u{2013}", "\u{2212}", " - ", ".",
        "_", "/", "\u{200b}", "\u{ad}",
    ];
    let mut spelled: Vec<String> = signs.iter().map(|sign| FOURS.join(sign)).collect();
    let number = FOURS.concat();
    let digits = |zero: char| {
        number
            .bytes()
            .filter_map(|byte| char::from_u32(u32::from(zero) + u32::from(byte - b'0')))
            .collect::<String>()
    };
    spelled.extend(['\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}'].map(digits));
    spelled.push(number.chars().map(String::from).collect::<Vec<_>>().join(" "));
    spelled.push(format!("0{number}"));
    spelled
}

/// All digits of a text, whatever script they are of and whatever else is between them.
fn digits(text: &str) -> String {
    let zero_of = |letter: char| {
        ['0', '\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}']
            .into_iter()
            .find(|zero| (u32::from(*zero)..u32::from(*zero) + 10).contains(&u32::from(letter)))
    };
    text.chars()
        .filter_map(|letter| char::from_digit(u32::from(letter) - u32::from(zero_of(letter)?), 10))
        .collect()
}

/// All texts that are kept of an alert.
fn kept(pushed: &PushedAlert) -> String {
    match pushed {
        Ok(claim) => serde_json::to_string(claim).expect("JSON"),
        Err(bad) => format!(
            "{} {} {}",
            bad.vendor_alert_id.as_deref().unwrap_or_default(),
            bad.why,
            bad.raw
        ),
    }
}

#[test]
fn no_field_keeps_a_number_in_any_spelling() {
    for spelled in spelled() {
        for field in FIELDS {
            let quoted = serde_json::to_string(&spelled).expect("JSON");
            let own = [
                ("alertId", "\"A1\""),
                ("alertType", "\"FRAUD\""),
                ("amount", "49.00"),
                ("currency", "\"USD\""),
            ];
            let others = own
                .iter()
                .filter(|(name, _)| *name != field)
                .map(|(name, value)| format!("\"{name}\":{value},"))
                .collect::<Vec<_>>()
                .concat();
            for alert in [
                format!("{{{others}\"{field}\":{quoted}}}"),
                format!("{{{others}\"{field}\":[{{\"deep\":{quoted}}}],{quoted}:1}}"),
            ] {
                let whole = kept(&one(format!("[{alert}]").as_bytes()));
                assert!(!digits(&whole).contains(&FOURS.concat()), "{field} {spelled:?}: {whole}");
                let cut = &alert[..alert.len() - 1];
                let broken = kept(&one(format!("[{cut}").as_bytes()));
                assert!(
                    !digits(&broken).contains(&FOURS.concat()),
                    "{field} {spelled:?}: {broken}"
                );
            }
        }
    }
}

#[test]
fn escapes_in_broken_json_hide_no_number() {
    for body in [
        r#"[{"alertId":"A1","memo":"5432\u00a01099\u00a08765\u00a00120""#,
        r#"[{"alertId":"5432\u20131099\u20138765\u20130120","memo":,"x":1},{"alertId":"A2"}]"#,
        r#"[{"memo":"\u0035432\u200b1099\u200b8765\u200b0120"},"#,
        r#"{"x":"5432\t1099\t8765\t0120"#,
    ] {
        let told = match read_push(body.as_bytes(), &TimeZone::UTC, now()) {
            Ok(alerts) => alerts.iter().map(kept).collect::<String>(),
            Err(bad) => format!("{} {}", bad.why, bad.raw),
        };
        assert!(told.contains("543210******0120"), "{body}: {told}");
        assert!(!told.contains("1099") && !told.contains("8765"), "{body}: {told}");
    }
}

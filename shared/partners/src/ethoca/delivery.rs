//! Splits a delivery into items. A broken item costs only itself, never the intact items around.

mod scan;

use serde_json::value::RawValue;

use super::mask::fold_name;
use super::members::parse_members;
use crate::error::unquoted_message;
use scan::scan_items;

/// The items of a delivery.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DeliveryItems<'a> {
    /// The items that are valid JSON, of any type.
    pub whole: Vec<&'a str>,
    /// The pieces that are no JSON.
    pub broken: Vec<BrokenPiece<'a>>,
}

/// A piece of a delivery that is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BrokenPiece<'a> {
    pub text: &'a str,
    /// Whether the delivery ends within the piece: the network then has the rest.
    pub is_cut_off: bool,
}

/// Splits `{"alerts": [...]}`, a bare list, or a single alert into items. The error describes why
/// no item can be recognised.
pub(super) fn split_items(text: &str) -> Result<DeliveryItems<'_>, String> {
    let whole = |whole| Ok(DeliveryItems { whole, broken: Vec::new() });
    if text.starts_with('[') {
        return serde_json::from_str::<Vec<&RawValue>>(text)
            .map_or_else(|error| scan_items(text, &error), |items| whole(raw_texts(items)));
    }
    match parse_members(text) {
        Ok(members) => {
            let lists: Vec<&RawValue> = members
                .iter()
                .filter(|(name, _)| fold_name(name) == "alerts")
                .map(|(_, value)| *value)
                .collect();
            let is_alert = |text| has_alert_id(text);
            match lists.as_slice() {
                [] if is_alert(text) => whole(vec![text]),
                [] => Err("it has no list of alerts".to_owned()),
                lists => lists
                    .iter()
                    .map(|list| parse_list(list.get()))
                    .collect::<Result<Vec<_>, _>>()
                    .and_then(|all| whole(all.concat())),
            }
        }
        Err(error) => scan_items(text, &error),
    }
}

/// Returns the items of a list; an alert in place of the list is its only item.
fn parse_list(list: &str) -> Result<Vec<&str>, String> {
    match list.as_bytes().first() {
        Some(b'[') => {
            serde_json::from_str(list).map(raw_texts).map_err(|error| unquoted_message(&error))
        }
        Some(b'{') if has_alert_id(list) => Ok(vec![list]),
        _ if list == "null" => Ok(Vec::new()),
        _ => Err("its alerts are no list".to_owned()),
    }
}

fn raw_texts(items: Vec<&RawValue>) -> Vec<&str> {
    items.into_iter().map(RawValue::get).collect()
}

/// Checks whether an object has an alert's id.
fn has_alert_id(text: &str) -> bool {
    parse_members(text)
        .is_ok_and(|members| members.iter().any(|(name, _)| is_id_field(&fold_name(name))))
}

fn is_id_field(name: &str) -> bool {
    matches!(name, "alertid" | "ethocaid")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"alertId":"A1","x":[1,{"y":"}],{"}]}"#;
    const TWO: &str = r#"{"alertId":"A2"}"#;

    fn split(text: &str) -> (Vec<&str>, Vec<(&str, bool)>) {
        let items = split_items(text).expect("items");
        (
            items.whole,
            items.broken.into_iter().map(|piece| (piece.text, piece.is_cut_off)).collect(),
        )
    }

    #[test]
    fn each_shape_of_a_delivery_is_its_items() {
        for text in [
            format!("[{ONE},{TWO}]"),
            format!(r#"{{"alerts":[{ONE},{TWO}]}}"#),
            format!(r#"{{"total":2,"ALERTS":[{ONE} , {TWO}],"x":{{}}}}"#),
            format!(r#"{{"alerts":[{ONE}],"alerts":[{TWO}]}}"#),
        ] {
            assert_eq!(split(&text), (vec![ONE, TWO], vec![]), "{text}");
        }
        assert_eq!(split(TWO).0, [TWO]);
        assert_eq!(split(&format!(r#"{{"alerts":{TWO}}}"#)).0, [TWO]);
        assert_eq!(split(r#"{"alerts":null}"#), (vec![], vec![]));
        for text in ["", "nonsense", "{}", r#"{"alerts":{}}"#, r#"{"alerts":7}"#, "\"alerts\"", "7"]
        {
            assert!(split_items(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_whole_is_taken_wherever_the_rest_breaks() {
        assert_eq!(split(&format!("[{ONE},{TWO}")), (vec![ONE, TWO], vec![]));
        assert_eq!(split(&format!("[{ONE},{}", &TWO[..9])), (vec![ONE], vec![(&TWO[..9], true)]));
        assert_eq!(split(&format!(r#"{{"alerts":[{ONE},{TWO}]"#)), (vec![ONE, TWO], vec![]));
        let bad = r#"{"alertId":"A0","amount":,"x":1}"#;
        assert_eq!(split(&format!("[{ONE},{bad},{TWO}]")), (vec![ONE, TWO], vec![(bad, false)]));
        for bad in [
            r#"{"alertId":"A0,"d":"ACME"}"#,
            r#"{"alertId":"A0","d":"ACME}"#,
            r#"{"alertId":"A0","d":"AC"ME"}"#,
            r#"{"alertId":"A0""#,
            r#"{"alertId":"A0"}}"#,
        ] {
            let text = format!(r#"{{"alerts":[{ONE},{bad},{TWO},{ONE}]}}"#);
            let (whole, broken) = split(&text);
            let taken: Vec<&str> =
                whole.into_iter().filter(|item| *item == ONE || *item == TWO).collect();
            assert_eq!(taken, [ONE, TWO, ONE], "{text}: {broken:?}");
        }
    }

    #[test]
    fn work_is_bounded() {
        for text in [
            "[{\"a\":".repeat(40_000),
            "{},{".repeat(60_000),
            format!("[{}", "{\"alertId\":\"},{".repeat(16_000)),
            "\"".repeat(250_000),
        ] {
            std::hint::black_box(split_items(&text).is_ok());
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[\\[\\]{}\",: alertsId0é\\\\]{0,80}") {
            std::hint::black_box(split_items(&text).is_ok());
        }

        /// Of any delivery that is cut off anywhere, the alerts before the cut are taken.
        #[test]
        fn a_cut_costs_only_what_it_hits(cut in 0_usize..200) {
            let text = format!(r#"{{"alerts":[{ONE},{TWO},{ONE}]}}"#);
            let begin = r#"{"alerts":["#.len();
            let ends = [
                begin + ONE.len(),
                begin + ONE.len() + 1 + TWO.len(),
                begin + 2 * ONE.len() + 2 + TWO.len(),
            ];
            let cut = cut.min(text.len());
            let items = split_items(&text[..cut]).unwrap_or_default();
            let taken = items.whole.len();
            proptest::prop_assert_eq!(taken, ends.iter().filter(|end| **end <= cut).count());
        }
    }
}

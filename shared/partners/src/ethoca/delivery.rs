//! The alerts of a delivery, item by item, as far as they are whole: what is broken costs only
//! itself.

use serde_json::value::RawValue;

use super::mask::fold_name;
use super::members::parse_members;
use crate::error::unquoted_message;

/// How often the text may be gone over while the begin of the next whole alert is looked for.
const MOST_WORK: usize = 16;

/// What a delivery holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DeliveryItems<'a> {
    /// The items, whole, whatever they are.
    pub whole: Vec<&'a str>,
    /// Pieces that are no JSON.
    pub broken: Vec<BrokenPiece<'a>>,
}

/// A piece of a delivery that is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BrokenPiece<'a> {
    pub text: &'a str,
    /// Whether the delivery ends within it, so that the network has more of it.
    pub is_cut_off: bool,
}

/// The items of `{"alerts": [...]}`, of a bare list, or of one alert by itself; or why none can be
/// made out.
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

/// The items of one list; an alert that stands in its place is its only one.
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

/// Whether an object names itself as an alert does.
fn has_alert_id(text: &str) -> bool {
    parse_members(text)
        .is_ok_and(|members| members.iter().any(|(name, _)| is_id_field(&fold_name(name))))
}

fn is_id_field(name: &str) -> bool {
    matches!(name, "alertid" | "ethocaid")
}

/// The items of a text that is no JSON as a whole.
fn scan_items<'a>(text: &'a str, error: &serde_json::Error) -> Result<DeliveryItems<'a>, String> {
    let mut scan = DeliveryScan {
        text,
        at: 0,
        work: text.len().saturating_mul(MOST_WORK),
        items: DeliveryItems::default(),
    };
    while let Some(begin) = scan.find_list_begin() {
        scan.at = begin;
        scan.take_list();
    }
    let found = scan.items;
    if found.whole.is_empty() && found.broken.is_empty() {
        Err(unquoted_message(error))
    } else {
        Ok(found)
    }
}

struct DeliveryScan<'a> {
    text: &'a str,
    at: usize,
    work: usize,
    items: DeliveryItems<'a>,
}

impl<'a> DeliveryScan<'a> {
    /// Behind the bracket of the next list of alerts: the text's own, or a field's of that name.
    fn find_list_begin(&self) -> Option<usize> {
        if self.at == 0 && self.text.starts_with('[') {
            return Some(1);
        }
        let rest = &self.text[self.at..];
        rest.match_indices("lerts\"").find_map(|(at, name)| {
            let is_name = rest[..at].ends_with("\"a") || rest[..at].ends_with("\"A");
            let behind = rest[at + name.len()..]
                .trim_start()
                .strip_prefix(':')?
                .trim_start()
                .strip_prefix('[')?;
            is_name.then(|| self.text.len() - behind.len())
        })
    }

    /// Takes the items of a list from the left to the right.
    fn take_list(&mut self) {
        loop {
            let rest = self.text[self.at..].trim_start_matches([' ', ',']);
            self.at = self.text.len() - rest.len();
            if rest.is_empty() {
                return;
            }
            if rest.starts_with(']') {
                self.at += 1;
                return;
            }
            match value_length(rest) {
                Some(length) if is_json(&rest[..length]) && ends_item(&rest[length..]) => {
                    self.items.whole.push(&rest[..length]);
                    self.at += length;
                }
                length => self.take_broken_piece(rest, length),
            }
        }
    }

    /// Goes on at the next whole alert behind a broken one, which may have swallowed it: a
    /// quotation mark that is missing turns all that follows inside out.
    fn take_broken_piece(&mut self, rest: &'a str, length: Option<usize>) {
        let balanced = length.filter(|length| *length > 0 && ends_item(&rest[*length..]));
        let within = balanced.unwrap_or(rest.len());
        let next = self.find_next_alert(&rest[..within.min(rest.len())], rest);
        let end = next.or(balanced).unwrap_or(rest.len());
        let text = rest[..end].trim_end_matches([' ', ',']);
        self.items.broken.push(BrokenPiece { text, is_cut_off: end == rest.len() });
        self.at += end;
    }

    /// Where the next whole alert begins: an object behind a comma, that has an alert's id.
    fn find_next_alert(&mut self, within: &str, rest: &str) -> Option<usize> {
        let begins = within.match_indices('{').map(|(at, _)| at);
        for at in begins.filter(|at| follows_an_item(&rest[..*at])) {
            self.work = self.work.checked_sub(rest.len() - at)?;
            let Some(length) = value_length(&rest[at..]) else { continue };
            if has_alert_id(&rest[at..at + length]) && ends_item(&rest[at + length..]) {
                return Some(at);
            }
        }
        None
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Whether an item may begin behind this text.
fn follows_an_item(before: &str) -> bool {
    before.trim_end().ends_with(',')
}

/// Whether an item may end before this text: at a comma, the list's end, or where the delivery was
/// cut off.
fn ends_item(behind: &str) -> bool {
    behind.trim_start().chars().next().is_none_or(|next| matches!(next, ',' | ']'))
}

/// How long the value is that a text begins with, by its brackets and quotation marks alone;
/// nothing where it does not end.
fn value_length(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            _ => continue,
        }
        if depth == 0 && !is_quoted && !is_escaped && matches!(byte, b'"' | b'}' | b']') {
            return Some(at + 1);
        }
    }
    (depth == 0 && !is_quoted && !text.is_empty()).then_some(text.len())
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
            let taken = split_items(&text[..cut]).map(|items| items.whole.len()).unwrap_or_default();
            proptest::prop_assert_eq!(taken, ends.iter().filter(|end| **end <= cut).count());
        }
    }
}

//! Scans a delivery that is no JSON as a whole: intact items are taken, broken pieces set apart.

use serde_json::value::RawValue;

use super::{BrokenPiece, DeliveryItems, has_alert_id};
use crate::error::unquoted_message;

/// The limit of the scan for the next intact alert, as a multiple of the text's length.
const MOST_WORK: usize = 16;

/// Scans a text that is no JSON as a whole for items.
pub(super) fn scan_items<'a>(
    text: &'a str,
    error: &serde_json::Error,
) -> Result<DeliveryItems<'a>, String> {
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
    /// Returns the position behind the bracket of the next list of alerts: a list at the top level,
    /// or in a field `alerts`.
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

    /// Takes the items of a list from left to right.
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

    /// Takes a broken piece and continues at the next intact alert. The broken piece may include
    /// that alert: a missing quotation mark inverts all quotation marks behind.
    fn take_broken_piece(&mut self, rest: &'a str, length: Option<usize>) {
        let balanced = length.filter(|length| *length > 0 && ends_item(&rest[*length..]));
        let within = balanced.unwrap_or(rest.len());
        let next = self.find_next_alert(&rest[..within.min(rest.len())], rest);
        let end = next.or(balanced).unwrap_or(rest.len());
        let text = rest[..end].trim_end_matches([' ', ',']);
        self.items.broken.push(BrokenPiece { text, is_cut_off: end == rest.len() });
        self.at += end;
    }

    /// Returns the begin of the next intact alert: an object behind a comma, with an alert's id.
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

/// Checks whether an item may begin behind this text.
fn follows_an_item(before: &str) -> bool {
    before.trim_end().ends_with(',')
}

/// Checks whether an item may end before this text: at a comma, at the list's end, or at the
/// cut-off end of the delivery.
fn ends_item(behind: &str) -> bool {
    behind.trim_start().chars().next().is_none_or(|next| matches!(next, ',' | ']'))
}

/// Returns the length of the value at the text's begin, by brackets and quotation marks alone;
/// `None` if the value does not end.
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

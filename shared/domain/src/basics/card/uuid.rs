//! UUIDs and ids of Forestall in a text. Their digits are never a card number.

use std::ops::Range;

use crate::basics::id::{ALPHABET, LENGTH, PREFIXES};

/// The lengths of a UUID's groups.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
/// The length of a UUID without hyphens.
const PLAIN: usize = 32;

/// Finds UUIDs and ids of Forestall in a text. A UUID is 32 hexadecimal digits at word boundaries,
/// with letters among them or with version and variant.
pub(super) fn find_uuids(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let is_begin = !is_word_continued(bytes[..start].iter().rev());
            let length = if is_begin {
                uuid_length(&bytes[start..]).or_else(|| own_id_length(&bytes[start..]))
            } else {
                None
            };
            at += length.unwrap_or(1);
            if length.is_some() {
                return Some(start..at);
            }
        }
        None
    })
}

fn uuid_length(bytes: &[u8]) -> Option<usize> {
    let grouped = GROUPS.iter().sum::<usize>() + GROUPS.len() - 1;
    [grouped, PLAIN].into_iter().find(|length| {
        let Some(word) = bytes.get(..*length) else { return false };
        let is_end = !is_word_continued(bytes[*length..].iter());
        is_end && is_uuid(word) && (word.iter().any(u8::is_ascii_alphabetic) || is_versioned(word))
    })
}

/// Returns the length of an id of Forestall: a prefix and the fixed number of characters of the
/// alphabet, up to a word boundary.
fn own_id_length(bytes: &[u8]) -> Option<usize> {
    PREFIXES
        .iter()
        .filter(|prefix| bytes.starts_with(prefix.as_bytes()))
        .map(|prefix| prefix.len() + LENGTH)
        .find(|length| {
            let rest = bytes.get(length - LENGTH..*length);
            rest.is_some_and(|rest| rest.iter().all(|byte| ALPHABET.contains(byte)))
                && !is_word_continued(bytes[*length..].iter())
        })
}

fn is_uuid(word: &[u8]) -> bool {
    if word.len() == PLAIN {
        return word.iter().all(u8::is_ascii_hexdigit);
    }
    let groups: Vec<&[u8]> = word.split(|byte| *byte == b'-').collect();
    groups.len() == GROUPS.len()
        && groups
            .iter()
            .zip(GROUPS)
            .all(|(group, length)| group.len() == length && group.iter().all(u8::is_ascii_hexdigit))
}

/// Checks whether the groups have a valid version and variant.
fn is_versioned(word: &[u8]) -> bool {
    let digit = |at: usize| word.get(at).copied().unwrap_or_default();
    word.len() > PLAIN && (b'1'..=b'8').contains(&digit(14)) && matches!(digit(19), b'8' | b'9')
}

/// Checks whether the text beside a UUID continues the same word. A prefix or suffix with a hyphen
/// (`txn-`) does not, digits do.
fn is_word_continued<'a>(mut beside: impl Iterator<Item = &'a u8>) -> bool {
    match beside.next() {
        Some(b'-') => beside.next().is_some_and(u8::is_ascii_digit),
        next => next.is_some_and(u8::is_ascii_alphanumeric),
    }
}

//! Groups of digits in a text, and the separators between the groups. Every script, width and sign
//! is treated alike.

use unicode_normalization::char::decompose_compatible;

use super::uuid;
use crate::basics::text::is_invisible;

/// The zeros of the scripts with digits of their own; the other nine digits follow each zero.
/// Full-width, raised and circled digits decompose to ASCII digits.
const ZEROS: [char; 68] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{10d40}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{116d0}',
    '\u{116da}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11bf0}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11de0}',
    '\u{11f50}',
    '\u{16130}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{16d70}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4f0}',
    '\u{1e5f1}',
    '\u{1e950}',
];
/// The maximum number of signs between two groups of the same number.
const MOST_SIGNS: usize = 4;
/// The mask of omitted digits.
pub(super) const MASK: &str = "***";

/// A run of digits of any script without separators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DigitGroup {
    pub start: usize,
    pub end: usize,
    /// The digits in ASCII.
    pub digits: String,
}

/// Finds the groups of digits in a text, without those of UUIDs.
pub(super) fn find_digit_groups(text: &str) -> Vec<DigitGroup> {
    let mut groups: Vec<DigitGroup> = Vec::new();
    let mut uuids = uuid::find_uuids(text).peekable();
    for (start, letter) in text.char_indices() {
        while uuids.next_if(|uuid| uuid.end <= start).is_some() {}
        if uuids.peek().is_some_and(|uuid| uuid.start <= start) {
            continue;
        }
        let end = start + letter.len_utf8();
        match (groups.last_mut().filter(|group| group.end == start), to_ascii_digits(letter)) {
            (_, None) => {}
            (Some(group), Some(digits)) => {
                group.end = end;
                group.digits.push_str(&digits);
            }
            (None, Some(digits)) => groups.push(DigitGroup { start, end, digits }),
        }
    }
    groups
}

/// Joins groups with only zero-width characters between them.
pub(super) fn join_groups(groups: &[DigitGroup], text: &str) -> Vec<DigitGroup> {
    let mut joined: Vec<DigitGroup> = Vec::new();
    for group in groups {
        match joined.last_mut() {
            Some(last) if text[last.end..group.start].chars().all(is_invisible) => {
                last.end = group.end;
                last.digits.push_str(&group.digits);
            }
            _ => joined.push(group.clone()),
        }
    }
    joined
}

/// Returns the signs between two groups, with blanks and dashes unified and invisible characters
/// removed; `None` if a letter, too many signs or masked digits keep the groups apart.
pub(super) fn separator_signs(between: &str) -> Option<String> {
    if has_alphanumeric(between) {
        return None;
    }
    let visible = between.chars().filter(|letter| !is_invisible(*letter)).map(to_plain_sign);
    let signs: String = visible.take(MOST_SIGNS + 1).collect();
    (signs.chars().count() <= MOST_SIGNS && !signs.contains(MASK)).then_some(signs)
}

/// Checks whether the text has a letter or a digit.
pub(super) fn has_alphanumeric(text: &str) -> bool {
    text.chars().any(|letter| letter.is_alphanumeric() && !is_invisible(letter))
}

/// Returns the digits of a character.
fn to_ascii_digits(letter: char) -> Option<String> {
    if letter.is_ascii() {
        return letter.is_ascii_digit().then(|| letter.to_string());
    }
    let mut digits = String::new();
    decompose_compatible(letter, |part| digits.extend(to_ascii_digit(part)));
    (!digits.is_empty()).then_some(digits)
}

fn to_ascii_digit(letter: char) -> Option<char> {
    if letter.is_ascii_digit() {
        return Some(letter);
    }
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= letter)].last()?;
    char::from_digit(u32::from(letter) - u32::from(*zero), 10)
}

/// Returns the plainest sign of the same kind.
fn to_plain_sign(sign: char) -> char {
    match sign {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        blank if blank.is_whitespace() || blank.is_control() || blank == '\u{2800}' => ' ',
        '\u{58a}'
        | '\u{5be}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2053}'
        | '\u{207b}'
        | '\u{208b}'
        | '\u{2212}'
        | '\u{2e3a}'
        | '\u{2e3b}'
        | '\u{301c}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '~' => '-',
        '·' | '\u{387}' | '•' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{3002}'
        | '\u{30fb}' | '\u{ff0e}' | '\u{ff65}' => '.',
        '\u{2017}' | '\u{203f}' | '\u{ff3f}' => '_',
        '\\' | '|' | '\u{a6}' | '\u{2044}' | '\u{2215}' | '\u{ff0f}' => '/',
        other => other,
    }
}

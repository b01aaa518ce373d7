//! Card numbers in a text, in every spelling that is still read as a single number.

use std::cmp::Reverse;

use super::CardBrand;
use super::digits::{
    DigitGroup, find_digit_groups, has_alphanumeric, join_groups, separator_signs,
};

/// The minimum number of digits, Maestro's.
const FEWEST_DIGITS: usize = 12;
/// The maximum number of groups of four digits or more in a number.
const MOST_GROUPS: usize = 4;
/// The maximum number of digits, including leading zeros.
const MOST_DIGITS: usize = 24;
/// The minimum number of digits where single digits or short groups are joined.
const FEWEST_PRINTED: usize = 13;
/// The minimum number of digits where only the whole text shows that the groups belong together.
/// Phone numbers are shorter.
const FEWEST_ALONE: usize = 14;
/// The number of digits of the networks' transaction ids, including leading zeros.
const TRANSACTION_ID: usize = 15;
/// The number of digits of a mobile number with country code, which equals that of Visa's shortest
/// numbers.
const PHONE_NUMBER: usize = 13;

/// Checks whether the text has a card number: digits with a valid check digit that begin with a
/// prefix and have a length of a card brand.
///
/// Digits of any script and width count, and leading zeros do not hide a number. Digits make a
/// single number
///
/// - in a run that is no part of a longer run (ARNs, millisecond times and most order numbers
///   pass); characters of zero width do not divide a run;
/// - in up to four groups of four digits or more, with one or two blanks, dashes or underscores
///   between groups;
/// - in groups as printed on cards (4-4-4-4, 4-6-5, 4-6-4, 4-4-5, 4-3-3-3), digit by digit, or in
///   equal groups with the same sign between all; up to four blanks, dashes, dots, strokes or
///   underscores or a line break may separate two groups, but numbers in a column stay apart;
/// - in any other groups, if the text has no other content. Up to four signs of any kind may
///   separate two groups; dates, times of day and amounts are excluded.
///
/// Other digits beside a number, an expiry say, do not hide the number. Regardless of their digits,
/// these are no card numbers:
///
/// - UUIDs;
/// - 15 digits that are neither Amex's nor of an issuer with a Maestro prefix (networks'
///   transaction ids);
/// - 13 digits after a `+` (phone numbers);
/// - digits with masked digits in between.
#[must_use]
pub fn has_card_number(text: &str) -> bool {
    !find_card_numbers(text).is_empty()
}

/// Truncates every card number in the text to the first six and last four digits.
#[must_use]
pub fn truncate_card_numbers(text: &str) -> String {
    let mut text = text.to_owned();
    loop {
        let numbers = find_card_numbers(&text);
        if numbers.is_empty() {
            return text;
        }
        // The last four digits of a truncated number and the groups after it can form another
        // number.
        text = truncate_numbers(&text, &numbers);
    }
}

/// Returns the digits of the first card number in a text.
pub(super) fn first_card_number(text: &str) -> Option<String> {
    find_card_numbers(text).into_iter().next().map(|number| number.digits)
}

fn truncate_numbers(text: &str, numbers: &[CardNumber]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for CardNumber { start, end, digits } in numbers {
        out.push_str(&text[from..*start]);
        out.push_str(&digits[..6]);
        out.push_str(&"*".repeat(digits.len() - 10));
        out.push_str(&digits[digits.len() - 4..]);
        from = *end;
    }
    out.push_str(&text[from..]);
    out
}

struct CardNumber {
    start: usize,
    end: usize,
    digits: String,
}

/// Returns the card numbers of a text from left to right, without overlap.
fn find_card_numbers(text: &str) -> Vec<CardNumber> {
    if text.bytes().filter(|byte| byte.is_ascii_digit() || !byte.is_ascii()).count() < FEWEST_DIGITS
    {
        return Vec::new();
    }
    let apart = find_digit_groups(text);
    let runs = join_groups(&apart, text);
    let is_joined = runs.len() < apart.len();
    let mut found = GroupedDigits::from_groups(text, apart).find_numbers();
    if is_joined {
        found.extend(GroupedDigits::from_groups(text, runs).find_numbers());
        found.sort_by_key(|number| (number.start, Reverse(number.end)));
    }
    let mut numbers: Vec<CardNumber> = Vec::new();
    for number in found {
        if numbers.last().is_none_or(|before| before.end <= number.start) {
            numbers.push(number);
        }
    }
    numbers
}

/// A text as groups of digits, and the signs between neighbours where both may belong to the same
/// number.
struct GroupedDigits<'a> {
    text: &'a str,
    groups: Vec<DigitGroup>,
    gaps: Vec<Option<String>>,
}

impl<'a> GroupedDigits<'a> {
    fn from_groups(text: &'a str, groups: Vec<DigitGroup>) -> Self {
        let gaps = groups
            .windows(2)
            .map(|pair| separator_signs(&text[pair[0].end..pair[1].start]))
            .collect();
        Self { text, groups, gaps }
    }

    fn find_numbers(&self) -> Vec<CardNumber> {
        let mut numbers = Vec::new();
        let mut first = 0;
        while first < self.groups.len() {
            let found = (first..=self.last_group_index(first))
                .rev()
                .find_map(|last| self.number_between(first, last).map(|number| (number, last)));
            first = found.as_ref().map_or(first, |(_, last)| *last) + 1;
            numbers.extend(found.map(|(number, _)| number));
        }
        numbers
    }

    /// Returns the last group at which a number from the first group may end.
    fn last_group_index(&self, first: usize) -> usize {
        let mut digits = self.groups[first].digits.len();
        let goes_on =
            self.gaps[first..].iter().zip(&self.groups[first + 1..]).take_while(|(gap, next)| {
                digits += next.digits.len();
                gap.is_some() && digits <= MOST_DIGITS
            });
        first + goes_on.count()
    }

    fn number_between(&self, first: usize, last: usize) -> Option<CardNumber> {
        if !self.is_single_number(first, last) {
            return None;
        }
        let groups = &self.groups[first..=last];
        let (start, end) = (groups.first()?.start, groups.last()?.end);
        let written: String = groups.iter().map(|group| group.digits.as_str()).collect();
        let digits = if written.len() == TRANSACTION_ID {
            &written
        } else {
            written.trim_start_matches('0')
        };
        let is_phone_number = digits.len() == PHONE_NUMBER && self.text[..start].ends_with('+');
        (!is_phone_number && is_card_number(digits)).then(|| CardNumber {
            start,
            end,
            digits: digits.to_owned(),
        })
    }

    /// Checks whether these groups are written as a single number.
    fn is_single_number(&self, first: usize, last: usize) -> bool {
        let Some(gaps) =
            self.gaps[first..last].iter().map(Option::as_deref).collect::<Option<Vec<&str>>>()
        else {
            return false;
        };
        let sizes: Vec<usize> =
            self.groups[first..=last].iter().map(|group| group.digits.len()).collect();
        let count: usize = sizes.iter().sum();
        gaps.iter().all(|gap| gap.is_empty())
            || is_in_long_groups(&sizes, &gaps)
            || (count >= FEWEST_PRINTED && self.is_printed_layout(first, &sizes, &gaps))
            || (count >= FEWEST_ALONE && sizes.len() > 2 && self.is_alone(first, last, &gaps))
    }

    /// Checks whether the groups have the layout of a card, or start a row of equal groups.
    fn is_printed_layout(&self, first: usize, sizes: &[usize], gaps: &[&str]) -> bool {
        let is_joint =
            |gap: &&str| gap.chars().all(|sign| matches!(sign, ' ' | '\n' | '-' | '.' | '/' | '_'));
        let is_column = gaps.iter().all(|gap| gap.contains('\n'));
        gaps.iter().all(is_joint)
            && !is_column
            && (is_card_layout(sizes) || (self.is_row_start(first) && is_row(sizes, gaps)))
    }

    fn is_row_start(&self, first: usize) -> bool {
        let size = |at: usize| self.groups.get(at).map(|group| group.digits.len());
        first.checked_sub(1).is_none_or(|before| {
            size(before) != size(first) || self.gaps[before] != self.gaps[first]
        })
    }

    /// Checks whether the text has no other content, and the groups are no measured quantity.
    fn is_alone(&self, first: usize, last: usize, gaps: &[&str]) -> bool {
        let (Some(begin), Some(end)) = (self.groups.first(), self.groups.last()) else {
            return false;
        };
        let is_whole = first == 0 && last + 1 == self.groups.len();
        is_whole
            && !has_alphanumeric(&self.text[..begin.start])
            && !has_alphanumeric(&self.text[end.end..])
            && !is_measured(&self.groups, gaps)
    }
}

fn is_in_long_groups(sizes: &[usize], gaps: &[&str]) -> bool {
    let is_close =
        |gap: &&str| gap.len() <= 2 && gap.chars().all(|sign| matches!(sign, ' ' | '-' | '_'));
    sizes.len() <= MOST_GROUPS && sizes.iter().all(|size| *size >= 4) && gaps.iter().all(is_close)
}

/// Checks whether cards print numbers in groups of these sizes.
fn is_card_layout(sizes: &[usize]) -> bool {
    let are_fours = |sizes: &[usize]| sizes.iter().all(|size| *size == 4);
    let is_in_fours = matches!(sizes, [fours @ .., 1..=4] if are_fours(fours));
    matches!(sizes, [4, 6, 4 | 5] | [4, 4, 5] | [4, 3, 3, 3]) || is_in_fours
}

/// Checks whether the groups are single digits, or of equal size except the last, with the same
/// signs between all.
fn is_row(sizes: &[usize], gaps: &[&str]) -> bool {
    let [size, .., last] = sizes else { return false };
    let is_even = sizes[..sizes.len() - 1].iter().all(|other| other == size) && last <= size;
    is_even && (*size == 1 || (sizes.len() > 2 && are_alike(gaps)))
}

fn are_alike(gaps: &[&str]) -> bool {
    gaps.windows(2).all(|pair| pair[0] == pair[1])
}

/// Checks whether the groups are dates, times of day or amounts.
fn is_measured(groups: &[DigitGroup], gaps: &[&str]) -> bool {
    let is_fraction =
        |(gap, group): &(&&str, &DigitGroup)| matches!(**gap, "." | ",") && group.digits.len() == 2;
    let fractions = gaps.iter().zip(groups.iter().skip(1)).filter(is_fraction).count();
    let has_clock = gaps.iter().any(|gap| gap.contains(':'));
    groups.windows(3).any(is_date) || (!are_alike(gaps) && (has_clock || fractions > 1))
}

fn is_date(groups: &[DigitGroup]) -> bool {
    let is_year = |group: &DigitGroup| {
        group.digits.len() == 4
            && (group.digits.starts_with("19") || group.digits.starts_with("20"))
    };
    let is_short = |group: &DigitGroup| group.digits.len() <= 2;
    let [first, middle, last] = groups else { return false };
    let begins_with_year = is_year(first) && is_short(last);
    let ends_with_year = is_short(first) && is_year(last);
    is_short(middle) && (begins_with_year || ends_with_year)
}

fn is_card_number(digits: &str) -> bool {
    let by_brand = CardBrand::from_digits(digits)
        .is_some_and(|brand| brand.number_lengths().contains(&digits.len()));
    (by_brand || is_long_maestro(digits)) && is_luhn_valid(digits)
}

/// Checks for a Maestro number of 15 digits. The networks' transaction ids also have 15 digits,
/// with any prefix. Valid cards of 15 digits are Amex's and those of the issuers with a Maestro
/// prefix.
fn is_long_maestro(digits: &str) -> bool {
    let heads = ["5018", "5020", "5038", "5893", "6304", "6759", "6761", "6762", "6763"];
    digits.len() == TRANSACTION_ID && heads.iter().any(|head| digits.starts_with(head))
}

pub(super) fn is_luhn_valid(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1_u32, 2].into_iter().cycle())
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;

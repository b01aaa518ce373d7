//! Card numbers in a text, in every spelling that is still read as one number.

use std::cmp::Reverse;

use super::CardBrand;
use super::digits::{
    DigitGroup, find_digit_groups, has_alphanumeric, join_groups, separator_signs,
};

/// The fewest digits of a number, Maestro's.
const FEWEST_DIGITS: usize = 12;
/// The most groups of four digits or more that one number is written in.
const MOST_GROUPS: usize = 4;
/// The most digits of a number, some zeros before it among them.
const MOST_DIGITS: usize = 24;
/// The fewest digits that make a number where single digits or short groups are put together.
const FEWEST_PRINTED: usize = 13;
/// The same where only the whole text says that they belong together: phone numbers are shorter.
const FEWEST_ALONE: usize = 14;
/// The networks' ids of transactions have so many digits, zeros before them included.
const TRANSACTION_ID: usize = 15;
/// A mobile number with its country's code may have as many digits as Visa's shortest numbers.
const PHONE_NUMBER: usize = 13;

/// Whether the text holds a card number: digits that begin as a known issuer's, as many as its
/// brand has, with a valid check digit.
///
/// Digits of any script and width count, and zeros before a number do not hide it. Digits make one
/// number
///
/// - in one run that is no part of a longer run (ARNs, millisecond times and most order numbers
///   pass); characters without width do not part it;
/// - in up to four groups of four digits or more, with one or two blanks, dashes or underscores
///   between them;
/// - in groups as cards print them (4-4-4-4, 4-6-5, 4-6-4, 4-4-5, 4-3-3-3), digit by digit, or in
///   equal groups with the same sign between all; up to four blanks, dashes, dots, strokes or
///   underscores may stand between two groups, and a line may break there, but numbers below each
///   other stay apart;
/// - in any groups with up to four signs of any kind between two, where the text holds nothing
///   else, unless the groups are dates, times of day or amounts.
///
/// Other digits beside a number, an expiry say, do not hide it. Whatever their digits are, these
/// are no card numbers: UUIDs, 15 digits that are neither Amex's nor of an issuer that Maestro was
/// given to (networks' ids of transactions), 13 digits behind a `+` (phone numbers), and digits
/// between which others are masked.
#[must_use]
pub fn has_card_number(text: &str) -> bool {
    !find_card_numbers(text).is_empty()
}

/// The text with every card number cut to its first six and last four digits.
#[must_use]
pub fn truncate_card_numbers(text: &str) -> String {
    let mut text = text.to_owned();
    loop {
        let numbers = find_card_numbers(&text);
        if numbers.is_empty() {
            return text;
        }
        // the last four of one and the groups behind it can make another
        text = truncate_numbers(&text, &numbers);
    }
}

/// The digits of a text's first card number.
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

/// The card numbers of a text from left to right, none within another.
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

/// A text as groups of digits, and the signs between each and the next where these may be of one
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

    /// The last group that a number may end with whose first is given.
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

    /// Whether these groups are written as one number.
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

    /// Whether the groups are those of a card, or those of a row of equal groups from its begin on.
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

    /// Whether the text holds nothing else, and the groups nothing that is measured.
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

/// Whether cards print their numbers in groups of these sizes.
fn is_card_layout(sizes: &[usize]) -> bool {
    let are_fours = |sizes: &[usize]| sizes.iter().all(|size| *size == 4);
    let is_in_fours = matches!(sizes, [fours @ .., 1..=4] if are_fours(fours));
    matches!(sizes, [4, 6, 4 | 5] | [4, 4, 5] | [4, 3, 3, 3]) || is_in_fours
}

/// Whether the groups are single digits, or all of one size, the last aside, with the same signs
/// between all.
fn is_row(sizes: &[usize], gaps: &[&str]) -> bool {
    let [size, .., last] = sizes else { return false };
    let is_even = sizes[..sizes.len() - 1].iter().all(|other| other == size) && last <= size;
    is_even && (*size == 1 || (sizes.len() > 2 && are_alike(gaps)))
}

fn are_alike(gaps: &[&str]) -> bool {
    gaps.windows(2).all(|pair| pair[0] == pair[1])
}

/// Whether the groups are dates, times of day or amounts.
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

/// Of 15 digits are the card networks' ids of transactions, which begin with anything. Cards of 15
/// digits are Amex's and, by the book, those of the issuers that Maestro was given to.
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

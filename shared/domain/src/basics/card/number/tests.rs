use proptest::prelude::*;

use super::super::digits::MASK;
use super::*;

/// A card number in spellings that people and systems write, each with what is done to
/// 4242424242424242.
const SPELLINGS: [(&str, &str); 31] = [
    ("dots", "4242.4242.4242.4242"),
    ("two spaces", "4242  4242  4242  4242"),
    ("no-break spaces", "4242\u{a0}4242\u{a0}4242\u{a0}4242"),
    ("narrow no-break spaces", "4242\u{202f}4242\u{202f}4242\u{202f}4242"),
    ("thin spaces", "4242\u{2009}4242\u{2009}4242\u{2009}4242"),
    ("tabs", "4242\t4242\t4242\t4242"),
    ("en dashes", "4242–4242–4242–4242"),
    ("em dashes", "4242—4242—4242—4242"),
    ("no-break hyphens", "4242\u{2011}4242\u{2011}4242\u{2011}4242"),
    ("minus signs", "4242\u{2212}4242\u{2212}4242\u{2212}4242"),
    ("a line break", "4242 4242\r\n4242 4242"),
    ("dashes with spaces", "4242 - 4242 - 4242 - 4242"),
    ("full-width digits", "４２４２４２４２４２４２４２４２"),
    ("Arabic digits", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"),
    ("Persian digits", "۴۲۴۲۴۲۴۲۴۲۴۲۴۲۴۲"),
    ("Devanagari digits", "४२४२ ४२४२ ४२४२ ४२४२"),
    ("mathematical digits", "𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐"),
    ("digits in circles", "④②④②④②④②④②④②④②④②"),
    (
        "digits on keys",
        concat!(
            "4\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}4\u{fe0f}\u{20e3}",
            "242424242424\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}",
        ),
    ),
    ("zero-width spaces", "4242\u{200b}4242\u{200b}4242\u{200b}4242"),
    ("zero-width joiners", "4\u{200d}2424242424242\u{200d}42"),
    ("word joiners within groups", "42\u{2060}42 4242 42\u{2060}42 4242"),
    ("soft hyphens", "4242\u{ad}4242\u{ad}4242\u{ad}4242"),
    ("byte order marks", "42424242\u{feff}42424242"),
    ("underscores", "4242_4242_4242_4242"),
    ("strokes", "4242/4242/4242/4242"),
    ("one digit apart", "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2"),
    ("one digit apart by any sign", "4-2.4_2 4-2.4_2 4-2.4_2 4-2.4_2"),
    ("two digits apart", "42 42 42 42 42 42 42 42"),
    ("a leading zero", "04242424242424242"),
    ("leading zeros to 19 digits", "0004242424242424242"),
];

#[test]
fn each_spelling_of_a_card_number_is_found_and_cut() {
    for (name, spelling) in SPELLINGS {
        for text in
            [spelling.to_owned(), format!("Card {spelling}, please."), format!("x{spelling}y")]
        {
            assert!(has_card_number(&text), "{name}: {text}");
            let cut = truncate_card_numbers(&text);
            assert!(cut.contains("424242******4242"), "{name}: {cut}");
            assert_eq!(
                cut.chars().filter(|letter| digits_of(*letter) > 0).count(),
                10,
                "{name}: {cut}"
            );
        }
    }
}

/// How many digits a character stands for.
fn digits_of(letter: char) -> usize {
    find_digit_groups(&letter.to_string()).iter().map(|group| group.digits.len()).sum()
}

#[test]
fn a_text_that_is_nothing_but_a_number_is_found_with_any_sign() {
    for text in [
        "4242,4242,4242,4242",
        "4242;4242;4242;4242",
        "(4242) (4242) (4242) (4242)",
        "+4242424242424242",
        "#42 424242 4242-4242",
        "4242\n4242\n4242\n4242",
        "[3782]822463;10005",
    ] {
        assert!(has_card_number(text), "{text}");
    }
}

#[test]
fn brands_print_their_numbers_in_groups_of_their_own() {
    for text in [
        "3782 822463 10005",
        "3056.930902.5904",
        "4222 222 222 222",
        "6212 3456 7890 0000 003",
        "4222.2222.2222.2",
    ] {
        assert!(has_card_number(&format!("card {text} of it")), "{text}");
    }
}

/// Most of these are card numbers by their digits alone: a brand's begin and length, and a valid
/// check digit.
#[test]
fn what_stands_beside_each_other_is_not_put_together() {
    for text in [
        "4 items on 24 2 2024",
        "2026-11-24 22:10:05.123454+00:00",
        "2026-11-30 10:00:00.1234+16",
        "24.12.2026-30.12.2026",
        "24.11.2026 10:05:00 - 24.12.2026",
        "49.00 12.50 99.99 10.00",
        "49,00; 12,50; 99,99; 10,00",
        "4900, 1250, 3999, 1805 in all",
        "Call 415-555-2679 / 415-555-2672",
        "+4915123456712",
        "+49 1512 3456712",
        "orders 45001234, 45001230 and 45001236",
        "order 45001234 / 45001230",
        "5120-2024-11-28-0015",
        "52.100.139.175:52141",
        "5234.567812345671",
        "sizes 36, 38, 40, 42, 44, 46, 42",
        "4900\n1250\n3999\n1805 in all",
        "424242******4242 4242",
        "4242 **** **** 4242 12/27",
        "4242 •••• •••• 4242",
    ] {
        assert!(!has_card_number(text), "{text}: {}", truncate_card_numbers(text));
    }
}

#[test]
fn zeros_before_an_id_of_a_transaction_do_not_make_it_a_number() {
    let ids = ["030569309025904", "036000000000008", "004222222222222"];
    assert!(ids.iter().all(|id| !has_card_number(id) && id.len() == 15));
    assert!(
        ids.iter().all(|id| has_card_number(&format!("0{id}"))),
        "with another number of digits they are"
    );
}

/// A number that begins with these digits, with its check digit.
fn complete(head: &str) -> String {
    let number = (0..10).map(|digit| format!("{head}{digit}")).find(|number| is_luhn_valid(number));
    number.expect("a check digit")
}

/// The digits in groups of these sizes, the last as often as needed, with one of the signs between
/// any two.
fn spelled(number: &str, sizes: &[usize], signs: &[String]) -> String {
    let (mut text, mut rest, mut at) = (String::new(), number, 0);
    while !rest.is_empty() {
        let size = sizes[at.min(sizes.len() - 1)].min(rest.len());
        text.push_str(&rest[..size]);
        rest = &rest[size..];
        if !rest.is_empty() {
            text.push_str(&signs[at % signs.len()]);
        }
        at += 1;
    }
    text
}

const HEADS: &str =
    "4[0-9]{14}|5[1-5][0-9]{13}|3[47][0-9]{12}|6011[0-9]{11}|35[3-8][0-9]{12}|62[0-9]{16}";
const JOINTS: &str = "[ ._/\u{a0}\u{2009}\u{2013}\u{2212}-]{1,4}";

proptest! {
    #[test]
    fn joints_between_groups_of_four_or_single_digits_hide_no_number(
        head in HEADS,
        size in prop_oneof![Just(4_usize), Just(1)],
        signs in prop::collection::vec(JOINTS, 1..5),
        before in "[a-z]{1,5}[ :=]",
        after in "[ ,;][a-z]{1,5}",
    ) {
        let text = format!("{before}{}{after}", spelled(&complete(&head), &[size], &signs));
        prop_assert!(has_card_number(&text), "{}", text);
        prop_assert!(!has_card_number(&truncate_card_numbers(&text)), "{}", text);
    }

    #[test]
    fn a_text_that_is_but_a_number_is_found_whatever_stands_between(
        head in HEADS,
        sizes in prop::collection::vec(1_usize..=8, 2..6),
        sign in "[ -/;-@\\[-`{-~\u{a0}\u{2013}]{1,4}",
    ) {
        let text = spelled(&complete(&head), &sizes, &[sign]);
        let groups = find_digit_groups(&text);
        prop_assume!(groups.len() > 2 && !groups.windows(3).any(is_date) && !text.contains(MASK));
        prop_assert!(has_card_number(&text), "{}", text);
    }

    #[test]
    fn what_has_no_width_parts_no_number(
        head in HEADS,
        at in prop::collection::vec(0_usize..16, 0..6),
        mark in "[\u{200b}-\u{200f}\u{2060}\u{feff}\u{ad}]",
    ) {
        let mut text = String::new();
        for (place, digit) in complete(&head).chars().enumerate() {
            text.push(digit);
            text.push_str(if at.contains(&place) { &mark } else { "" });
        }
        prop_assert!(has_card_number(&text), "{:?}", text);
    }

    #[test]
    fn times_are_no_numbers(
        year in 2005_u16..2035,
        month in 1_u8..=12,
        day in 1_u8..=28,
        hour in 0_u8..24,
        minute in 0_u8..60,
        micros in 0_u32..1_000_000,
    ) {
        for text in [
            format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:05.{micros:06}+00:00"),
            format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:05.{micros:06}"),
            format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:05.{micros:06}Z"),
            format!("{day:02}.{month:02}.{year} {hour:02}:{minute:02}:05"),
            format!("{month}/{day}/{year} {hour:02}:{minute:02}:05"),
            format!("{day:02}.{month:02}.{year} - {day:02}.{month:02}.{year}"),
        ] {
            prop_assert!(!has_card_number(&text), "{}", text);
            let within = format!("at {text} of it");
            prop_assert!(!has_card_number(&within), "{}", within);
        }
    }

    #[test]
    fn amounts_beside_each_other_are_no_number(
        amounts in prop::collection::vec((0_u32..10_000, 0_u8..100), 2..6),
        sign in "[ ,;/]{1,2}",
    ) {
        let amounts: Vec<String> =
            amounts.into_iter().map(|(whole, part)| format!("{whole}.{part:02}")).collect();
        let text = amounts.join(&sign);
        prop_assert!(!has_card_number(&text), "{}", text);
        prop_assert!(!has_card_number(&format!("{text} in all")), "{}", text);
    }

    #[test]
    fn nothing_panics_and_nothing_cut_holds_a_number(
        text in "[0-9٤２ .\\-_/:,*\u{200b}a]{0,60}",
    ) {
        prop_assert!(!has_card_number(&truncate_card_numbers(&text)), "{}", text);
    }
}

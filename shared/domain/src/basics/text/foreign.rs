//! Foreign text in messages to people: quoted, on a single line, of bounded length, and without
//! anything that a mail program turns into a link.
//!
//! Signs that would make a link are put into brackets, `evil[.]example`, which leaves the text
//! readable. Characters of zero width, which some programs drop, are removed.

use unicode_normalization::UnicodeNormalization;

use super::is_invisible;

/// The maximum number of characters of foreign text, except in a subject.
const MOST: usize = 120;
/// The maximum number of characters of a company's name in an e-mail to a person without consent.
const MOST_OF_COMPANY: usize = 40;
/// The maximum number of digits of such a name: more may be a telephone number.
const MOST_DIGITS: usize = 4;
/// The quotation marks that are replaced, to keep foreign text from ending our quotation.
const QUOTATION_MARKS: &str = "\"“”„‟«»‹›＂";
/// The characters that programs accept as the dot of a host name.
const DOTS: &str = ".․。．｡﹒";

/// Quotes foreign text.
#[must_use]
pub fn quote_words(words: &str) -> String {
    quote_truncated(words, MOST)
}

/// Appends foreign text to a subject. The foreign text begins in the second half of the subject.
#[must_use]
pub fn subject_with_quote(own: &str, words: &str) -> String {
    format!("{own}, {}", quote_truncated(words, own.chars().count()))
}

/// Quotes the name of a company that the reader may not recognise: letters only, without links and
/// further statements.
#[must_use]
pub fn quote_company(name: &str) -> String {
    let mut digits = 0;
    let letter = |letter: char| {
        digits += usize::from(letter.is_numeric());
        let is_plain = letter.is_alphabetic()
            || "&-'.".contains(letter)
            || (letter.is_numeric() && digits <= MOST_DIGITS);
        if is_plain { letter } else { ' ' }
    };
    let plain: String = name.nfc().filter(|letter| !is_invisible(*letter)).map(letter).collect();
    quote_truncated(&plain, MOST_OF_COMPANY)
}

/// Defuses foreign text: a single line without links.
#[must_use]
pub fn defuse_links(words: &str) -> String {
    let letters: Vec<char> = to_one_line(words).chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| letters.get(place)).copied();
    let mut out = String::with_capacity(words.len());
    for (place, letter) in letters.iter().enumerate() {
        let (before, next) = (at(place.checked_sub(1)), at(place.checked_add(1)));
        if is_link_sign(*letter, before, next) {
            out.extend(['[', if DOTS.contains(*letter) { '.' } else { *letter }, ']']);
        } else {
            out.push(*letter);
        }
    }
    out
}

fn quote_truncated(words: &str, most: usize) -> String {
    let words = defuse_links(words);
    if words.chars().count() <= most {
        return format!("“{words}”");
    }
    let cut: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("“{}…”", cut.trim_end())
}

/// Normalises white space to single blanks, and removes invisible characters and quotation marks.
fn to_one_line(words: &str) -> String {
    let seen = words.nfc().filter(|letter| !is_invisible(*letter));
    let plain: String = seen
        .map(|letter| match letter {
            letter if letter.is_control() || letter.is_whitespace() => ' ',
            letter if QUOTATION_MARKS.contains(letter) => '\'',
            letter => letter,
        })
        .collect();
    plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Checks whether a sign would make a link: a dot between letters joins a host name, a colon after
/// a letter begins a URL. Dots and colons of numbers and times do not count.
fn is_link_sign(letter: char, before: Option<char>, next: Option<char>) -> bool {
    let is = |letter: Option<char>, kind: fn(char) -> bool| letter.is_some_and(kind);
    if DOTS.contains(letter) {
        let (numbers, joins) =
            (is(before, char::is_numeric) && is(next, char::is_numeric), |one| {
                is(one, char::is_alphanumeric)
            });
        return joins(before) && joins(next) && !numbers;
    }
    letter == ':' && is(before, char::is_alphabetic) && next.is_some_and(|next| next != ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_no_link_and_stays_in_its_quotation() {
        for (written, read) in [
            ("ACMEFIT*PLAN", "“ACMEFIT*PLAN”"),
            ("NETFLIX.COM", "“NETFLIX[.]COM”"),
            ("see http://evil.example/a?b=c", "“see http[:]//evil[.]example/a?b=c”"),
            ("mailto:x@evil.example now", "“mailto[:]x@evil[.]example now”"),
            ("tel:+1800", "“tel[:]+1800”"),
            ("evil。com and evil．com", "“evil[.]com and evil[.]com”"),
            ("ev\u{200b}il\u{202e}.com", "“evil[.]com”"),
            ("a\r\nBcc: all@example.com", "“a Bcc: all@example[.]com”"),
            ("a\u{2028}b", "“a b”"),
            ("over” and more", "“over' and more”"),
            ("49.00 at 10:30, no. 5", "“49.00 at 10:30, no. 5”"),
            ("Cafe\u{301}", "“Café”"),
        ] {
            assert_eq!(quote_words(written), read, "{written}");
        }
        assert_eq!(quote_words(&"x".repeat(500)).chars().count(), 122);
    }

    #[test]
    fn a_company_says_its_name_and_nothing_else() {
        assert_eq!(quote_company("Acme & Sons"), "“Acme & Sons”");
        assert_eq!(quote_company("URGENT: call +1 800 5551234!"), "“URGENT call 1 800”");
        assert_eq!(quote_company("https://evil.example"), "“https evil[.]example”");
        assert_eq!(quote_company(&"Acme ".repeat(40)).chars().count(), 42);
    }

    proptest::proptest! {
        #[test]
        fn others_words_are_never_in_the_first_half_of_a_subject(
            own in "[A-Za-z0-9 .:]{4,40}",
            words in ".{0,80}",
        ) {
            let whole = subject_with_quote(&own, &words);
            let begins =
                whole.find('“').map(|at| whole[..at].chars().count()).expect("a quotation");
            proptest::prop_assert!(begins * 2 >= whole.chars().count(), "{}", whole);
            proptest::prop_assert!(!whole.chars().any(char::is_control));
        }

        #[test]
        fn nothing_is_left_of_an_address_that_programs_link(
            host in "[a-z]{1,8}(\\.[a-z]{2,6}){1,3}",
            scheme in "(https?://|www\\.|)",
        ) {
            let read = quote_words(&format!("go to {scheme}{host} now"));
            let plain = read.replace("[.]", "").replace("[:]", "");
            proptest::prop_assert!(!plain.contains("://") && !plain.contains('.'), "{}", read);
        }
    }
}

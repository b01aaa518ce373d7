//! Text normalisation for comparison: spellings of a name that differ in case, accents, width,
//! blanks or signs are equal.

pub mod foreign;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The maximum number of characters of a descriptor on a card statement.
pub const STATEMENT_CHARACTERS: usize = 22;
/// The signs with letters as compatible form that statements leave out.
const LETTERLIKE_SIGNS: [char; 2] = ['™', '℠'];

/// Normalises text for comparison: letters and digits of any script, without accents, in upper case
/// and plain width.
#[must_use]
pub fn normalise_text(text: &str) -> String {
    if text.is_ascii() {
        return text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
    }
    fold_letters(text).filter(|letter| is_compared(*letter)).collect()
}

/// Returns the prefix of a text that fits on a statement, normalised for comparison.
#[must_use]
pub fn truncate_to_statement(text: &str) -> String {
    fold_letters(text.trim())
        .take(STATEMENT_CHARACTERS)
        .filter(|letter| is_compared(*letter))
        .collect()
}

/// Checks whether the text is longer than a statement allows.
#[must_use]
pub fn exceeds_statement(text: &str) -> bool {
    fold_letters(text.trim()).nth(STATEMENT_CHARACTERS).is_some()
}

/// Checks whether a character takes no space: zero width, a combining mark, or a control of text
/// direction.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20f0}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || canonical_combining_class(letter) != 0
}

/// Folds text to upper case and plain width, without accents. Blanks and signs stay.
fn fold_letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let letters = text.chars().filter(|letter| !LETTERLIKE_SIGNS.contains(letter)).nfkd();
    // Marks of class 0 are the vowels of some scripts, and stay.
    let bare = letters.filter(|letter| canonical_combining_class(*letter) == 0);
    bare.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(to_plain_letters)
}

/// Returns the plain letters that banks print for a letter with a stroke or a ligature, which has
/// no decomposition.
fn to_plain_letters(letter: char) -> impl Iterator<Item = char> {
    let (first, second) = match letter {
        'Ø' => ('O', None),
        'Ł' => ('L', None),
        'Đ' | 'Ð' => ('D', None),
        'Ħ' => ('H', None),
        'Ŧ' => ('T', None),
        'Æ' => ('A', Some('E')),
        'Œ' => ('O', Some('E')),
        'Þ' => ('T', Some('H')),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// Checks whether a character counts in comparisons. Modifier letters, such as the apostrophe of
/// Hawaiian names, count as signs.
fn is_compared(letter: char) -> bool {
    letter.is_alphanumeric() && !('\u{2b0}'..='\u{2ff}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (one, other) in [
            ("Café Zürich", "CAFE ZURICH"),
            ("Cafe\u{301}", "Café"),
            ("ＡＣＭＥ＊ＦＩＴ １", "acme fit1"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("İstanbul", "ISTANBUL"),
            ("ıstanbul", "istanbul"),
            ("Ørsted", "ORSTED"),
            ("Łódź", "lodz"),
            ("Cæsar", "CAESAR"),
            ("ὈΔΥΣΣΕΎΣ", "οδυσσευς"),
            ("ﬁtness", "FITNESS"),
            ("Hawaiʻi", "HAWAII"),
            ("ACME™", "ACME"),
            ("ﾃｽﾄ", "テスト"),
            ("H&M", "hm"),
        ] {
            assert_eq!(normalise_text(one), normalise_text(other), "{one} and {other}");
        }
        assert_eq!(normalise_text("™ – * é\u{301}!"), "E");
        assert_eq!(normalise_text("*** ---"), "");
        assert_ne!(normalise_text("कि"), normalise_text("कु"), "vowels are no accents");
    }

    #[test]
    fn a_statement_has_room_for_22_characters() {
        assert_eq!(truncate_to_statement("The Long Company Name Limited"), "THELONGCOMPANYNAME");
        assert_eq!(truncate_to_statement("  Acme*Fit  "), "ACMEFIT");
        assert!(
            !exceeds_statement(" 1234567890123456789012 ")
                && exceeds_statement("12345678901234567890123")
        );
        assert!(!exceeds_statement("Cafe\u{301} 12345678901234567"), "an accent takes no room");
    }

    proptest::proptest! {
        #[test]
        fn plain_text_is_compared_as_any_other(text in "[ -~\t]{0,30}") {
            proptest::prop_assert_eq!(
                normalise_text(&text),
                fold_letters(&text).filter(|letter| is_compared(*letter)).collect::<String>()
            );
        }

        #[test]
        fn what_is_compared_is_compared_alike_again(text in "\\PC{0,30}") {
            let once = normalise_text(&text);
            proptest::prop_assert_eq!(normalise_text(&once), once);
        }

        #[test]
        fn case_does_not_count(text in "[a-zA-Zà-ÿĀ-žΑ-ω0-9 *&]{0,30}") {
            proptest::prop_assert_eq!(normalise_text(&text.to_uppercase()), normalise_text(&text));
            proptest::prop_assert_eq!(normalise_text(&text.to_lowercase()), normalise_text(&text));
        }
    }
}

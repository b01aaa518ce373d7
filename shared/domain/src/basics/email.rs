//! E-mail addresses of customers: normalised for comparison, masked for display, erased on request.

use unicode_normalization::UnicodeNormalization;

use crate::basics::text::is_invisible;

/// Signs with a meaning of their own in the address list of a mail header.
const HEADER_SIGNS: &str = "<>()[]{}\"\\,;:";

/// The replacement of an erased address.
pub const ERASED: &str = "(erased)";

/// Normalises an address for comparison: trimmed, in lower case, with composed accents.
#[must_use]
pub fn normalise_email(email: &str) -> String {
    email.trim().nfc().flat_map(to_lowercase_letters).collect()
}

/// Checks whether a text is a spelling of the address with this [`normalise_email`] form.
pub(crate) fn is_spelling_of(text: &str, normalised: &str) -> bool {
    let text = text.trim();
    if text.is_ascii() {
        text.eq_ignore_ascii_case(normalised)
    } else {
        text.nfc().flat_map(to_lowercase_letters).eq(normalised.chars())
    }
}

/// Returns the lower case of a letter. Greek has two lower-case forms of sigma, which are unified.
fn to_lowercase_letters(letter: char) -> impl Iterator<Item = char> {
    letter.to_lowercase().map(|letter| if letter == 'ς' { 'σ' } else { letter })
}

/// Checks whether an address is safe in a mail header: no control or invisible characters,
/// brackets, quotes or separators of addresses.
#[must_use]
pub fn is_header_safe(email: &str) -> bool {
    !email
        .chars()
        .any(|letter| letter.is_control() || is_invisible(letter) || HEADER_SIGNS.contains(letter))
}

/// Masks an address for display: the first letter and the domain.
#[must_use]
pub fn mask_email(email: &str) -> String {
    let (name, domain) = email.trim().rsplit_once('@').unwrap_or_default();
    name.chars().next().map_or_else(|| "***".to_owned(), |first| format!("{first}***@{domain}"))
}

/// Erases every mention of an address in the text, in any case and composition. Returns `None` if
/// the text has no mention.
#[must_use]
pub fn erase_email(text: &str, email: &str) -> Option<String> {
    let wanted = normalise_email(email);
    let erased = erase_mentions(text, &wanted);
    let composed: String = erased.as_deref().unwrap_or(text).nfc().collect();
    erase_mentions(&composed, &wanted).or(erased)
}

fn erase_mentions(text: &str, wanted: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let Some(first) = rest.chars().next().filter(|_| !wanted.is_empty()) {
        if let Some(end) = mention_end(rest, wanted) {
            found = true;
            out.push_str(ERASED);
            rest = &rest[end..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    found.then_some(out)
}

/// Returns the end of the address at the start of the text. Also matches the address inside a
/// longer one: over-erasing is acceptable.
fn mention_end(text: &str, wanted: &str) -> Option<usize> {
    let mut left = wanted;
    for (at, letter) in text.char_indices() {
        if left.is_empty() {
            return Some(at);
        }
        for lower in to_lowercase_letters(letter) {
            left = left.strip_prefix(lower)?;
        }
    }
    left.is_empty().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_by_its_first_letter_and_domain() {
        assert_eq!(mask_email(" Casey@Example.com"), "C***@Example.com");
        assert_eq!(mask_email("nobody"), "***");
    }

    #[test]
    fn spellings_of_one_address_are_one_address() {
        for (one, other) in [
            (" Casey@Example.com ", "casey@example.com"),
            ("JOS\u{c9}@example.com", "jose\u{301}@example.com"),
            ("ΝΊΚΟΣ@example.com", "νίκος@example.com"),
        ] {
            assert_eq!(normalise_email(one), normalise_email(other), "{one} and {other}");
            assert_eq!(
                erase_email(&format!("To {one}."), other).map(|text| text.contains('@')),
                Some(false),
                "{other} in {one}"
            );
            assert_eq!(
                erase_email(&format!("To {other}."), one).map(|text| text.contains('@')),
                Some(false),
                "{one} in {other}"
            );
        }
        assert_ne!(
            normalise_email("jose@example.com"),
            normalise_email("jos\u{e9}@example.com"),
            "an accent makes another mailbox"
        );
    }

    #[test]
    fn every_mention_goes_in_any_case() {
        let told = "Casey@Example.com wrote; answer casey@example.com, not mary@example.com.";
        assert_eq!(
            erase_email(told, " CASEY@example.COM ").as_deref(),
            Some("(erased) wrote; answer (erased), not mary@example.com.")
        );
        assert_eq!(erase_email("mary@example.com", "casey@example.com"), None);
        assert_eq!(erase_email("anything", " "), None);
        let erased = erase_email("ÄNNE@example.com!", "änne@example.com");
        assert_eq!(erased.as_deref(), Some("(erased)!"));
    }

    proptest::proptest! {
        #[test]
        fn nothing_of_it_is_left(before in ".{0,20}", after in ".{0,20}") {
            let email = "casey@example.com";
            let erased =
                erase_email(&format!("{before}{email}{after}"), email).expect("it is there");
            proptest::prop_assert!(!erased.to_lowercase().contains(email));
        }
    }
}

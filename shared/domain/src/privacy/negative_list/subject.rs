//! The subject of a negative-list entry or look-up, in the canonical form for comparison.

use super::NegativeListKind;
use crate::basics::email::{mask_email, normalise_email};

/// The digits of a BIN that all senders provide.
const BIN_DIGITS: usize = 6;

/// The subject of an entry. Only the keyed hash and the masked form are stored, never the subject.
#[derive(Clone, PartialEq, Eq)]
pub struct NegativeListSubject {
    pub kind: NegativeListKind,
    /// The canonical text, of which the keyed hash is stored.
    text: String,
    masked: String,
}

/// The reason for which a text is no valid subject: the field and the requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {must}")]
pub struct InvalidSubject {
    pub field: &'static str,
    pub must: &'static str,
}

impl NegativeListSubject {
    /// Creates the subject of an e-mail address. Case and surrounding spaces do not count.
    ///
    /// # Errors
    /// [`InvalidSubject`] if the text is no e-mail address.
    pub fn from_email(text: &str) -> Result<Self, InvalidSubject> {
        let text = normalise_email(text);
        let bad = InvalidSubject { field: "email", must: "must be an e-mail address." };
        let (name, host) = text.split_once('@').ok_or(bad)?;
        let fits = !name.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && text.len() <= 320
            && !text.contains(char::is_whitespace);
        if fits {
            Ok(Self { kind: NegativeListKind::Email, masked: mask_email(&text), text })
        } else {
            Err(bad)
        }
    }

    /// Creates the subject of a processor's customer id.
    ///
    /// # Errors
    /// [`InvalidSubject`] if the text is blank or too long.
    pub fn from_processor_customer(text: &str) -> Result<Self, InvalidSubject> {
        let text = text.trim().to_owned();
        let count = text.chars().count();
        if !(1..=255).contains(&count) {
            return Err(InvalidSubject {
                field: "processor_customer_id",
                must: "must have 1 to 255 characters.",
            });
        }
        let last: String = text.chars().skip(count.saturating_sub(4).max(count / 2)).collect();
        Ok(Self { kind: NegativeListKind::ProcessorCustomer, text, masked: format!("***{last}") })
    }

    /// Creates the subject of a card. Only the first six digits of the BIN count, which all senders
    /// provide. An expiry is `MM/YY`, `MM/YYYY` or `YYYY-MM`.
    ///
    /// # Errors
    /// [`InvalidSubject`] with the name of the invalid part.
    pub fn from_card(bin: &str, last4: &str, expiry: &str) -> Result<Self, InvalidSubject> {
        let digits = |text: &str, counts: &[usize]| {
            counts.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let (bin, last4) = (bin.trim(), last4.trim());
        if !digits(bin, &[BIN_DIGITS, 8]) {
            return Err(InvalidSubject { field: "bin", must: "must have 6 or 8 digits." });
        }
        if !digits(last4, &[4]) {
            return Err(InvalidSubject { field: "last4", must: "must have 4 digits." });
        }
        let (year, month) = parse_expiry(expiry.trim()).ok_or(InvalidSubject {
            field: "expiry",
            must: "must be MM/YY, MM/YYYY or YYYY-MM.",
        })?;
        let bin = &bin[..BIN_DIGITS];
        let text = format!("{bin} {last4} {year:04}-{month:02}");
        Ok(Self { kind: NegativeListKind::Card, text, masked: format!("{bin}******{last4}") })
    }

    /// Returns the text to be hashed.
    #[must_use]
    pub fn canonical_text(&self) -> &str {
        &self.text
    }

    /// Returns the masked form, for people to recognise the subject.
    #[must_use]
    pub fn masked_text(&self) -> &str {
        &self.masked
    }
}

impl std::fmt::Debug for NegativeListSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject").field("kind", &self.kind).finish_non_exhaustive()
    }
}

fn parse_expiry(text: &str) -> Option<(u16, u8)> {
    let (year, month) = match text.split_once('/') {
        Some((month, year)) => (year, month),
        None => text.split_once('-').filter(|(year, _)| year.len() == 4)?,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str, lengths: &[usize]| {
        text.parse::<u16>().ok().filter(|_| digits(text) && lengths.contains(&text.len()))
    };
    let (year, month) = (number(year, &[2, 4])?, number(month, &[1, 2])?);
    let month = u8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    Some((if year < 100 { 2000 + year } else { year }, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_customer_has_the_same_text() {
        let email = |text| {
            NegativeListSubject::from_email(text).expect("an address").canonical_text().to_owned()
        };
        assert_eq!(email(" Casey@Example.com "), email("casey@example.com"));
        let card = |bin, expiry| {
            NegativeListSubject::from_card(bin, "4242", expiry)
                .expect("a card")
                .canonical_text()
                .to_owned()
        };
        for expiry in ["08/29", "8/29", "08/2029", "2029-08", "2029-8"] {
            assert_eq!(card("42424242", expiry), card("424242", "08/29"), "{expiry}");
        }
        assert_ne!(card("424242", "08/29"), card("424242", "09/29"));
    }

    #[test]
    fn what_is_shown_cannot_be_used() {
        assert_eq!(
            NegativeListSubject::from_email("casey@example.com").expect("an address").masked_text(),
            "c***@example.com"
        );
        assert_eq!(
            NegativeListSubject::from_processor_customer("cus_Q1w2E3r4")
                .expect("a customer")
                .masked_text(),
            "***E3r4"
        );
        assert_eq!(
            NegativeListSubject::from_processor_customer("abc").expect("a customer").masked_text(),
            "***bc"
        );
        assert_eq!(
            NegativeListSubject::from_card("42424242", "4242", "08/29")
                .expect("a card")
                .masked_text(),
            "424242******4242"
        );
        assert!(
            !format!("{:?}", NegativeListSubject::from_email("casey@example.com"))
                .contains("casey")
        );
    }

    #[test]
    fn what_is_none_is_named() {
        for text in ["", "casey", "@example.com", "casey@", "a@b@c", "a b@c.de"] {
            assert!(NegativeListSubject::from_email(text).is_err(), "{text}");
        }
        let field = |bin, last4, expiry| {
            NegativeListSubject::from_card(bin, last4, expiry).expect_err("no card").field
        };
        assert_eq!(field("4242424", "4242", "08/29"), "bin");
        assert_eq!(field("424242", "424", "08/29"), "last4");
        for expiry in ["", "13/29", "0/29", "0829", "29-08", "08/9", "+8/29"] {
            assert_eq!(field("424242", "4242", expiry), "expiry", "{expiry}");
        }
    }
}

//! The columns of a file of past alerts, and the parsing of fields.

use csv::StringRecord;
use domain::account::enrolment::FieldError;
use domain::basics::email::is_header_safe;
use flows::problem::ProblemDetails;

/// The accepted columns, required columns first.
const COLUMNS: [&str; 20] = [
    "reference",
    "received_at",
    "amount_in_cents",
    "currency",
    "type",
    "descriptor",
    "card_bin",
    "card_brand",
    "issuer",
    "reason_code",
    "transaction_at",
    "transaction_reference",
    "order_reference",
    "merchant_id",
    "customer_email",
    "products",
    "skus",
    "is_3ds",
    "is_subscription",
    "refunded_before",
];
/// The number of required columns.
const REQUIRED: usize = 4;
/// The longest field, in characters.
pub(super) const MOST_CHARACTERS: usize = 255;

/// Reads fields, and collects their faults.
#[derive(Default)]
pub(super) struct FieldReader(Vec<FieldError>);

/// Refuses a header with missing, unknown or repeated columns.
pub(super) fn refuse_header(header: &StringRecord) -> Result<(), ProblemDetails> {
    let missing =
        COLUMNS.iter().take(REQUIRED).filter(|name| !header.iter().any(|own| own == **name));
    let mut faults: Vec<FieldError> = missing
        .map(|name| FieldError::new(*name, "REQUIRED", "The header row needs this column."))
        .collect();
    let message = format!("Must be one of `{}`.", COLUMNS.join("`, `"));
    let strange = header.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(name));
    faults.extend(strange.map(|(at, _)| {
        FieldError::new(format!("header[{at}]"), "UNKNOWN_COLUMN", message.clone())
    }));
    let twice = header
        .iter()
        .enumerate()
        .filter(|(at, name)| header.iter().take(*at).any(|before| before == *name));
    faults.extend(twice.map(|(at, _)| {
        FieldError::new(format!("header[{at}]"), "DUPLICATE", "The column is there already.")
    }));
    if faults.is_empty() { Ok(()) } else { Err(ProblemDetails::from_faults(faults)) }
}

impl FieldReader {
    /// Records a fault if a field is empty.
    pub fn require_text(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.0.push(FieldError::new(field, "REQUIRED", "Is required."));
        }
    }

    /// Parses a field; `None` if empty.
    pub fn read_field<T>(
        &mut self,
        field: &str,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
        message: &str,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.0.push(FieldError::new(field, "INVALID", message));
        }
        value
    }

    /// Reads a text of limited length.
    pub fn read_text(&mut self, field: &str, text: &str) -> Option<String> {
        let short = |text: &str| (text.chars().count() <= MOST_CHARACTERS).then(|| text.to_owned());
        self.read_field(
            field,
            text,
            short,
            &format!("At most {MOST_CHARACTERS} characters are taken."),
        )
    }

    /// Reads an e-mail address of limited length.
    pub fn read_email(&mut self, field: &str, text: &str) -> Option<String> {
        let message = "Must be one e-mail address, without control characters and brackets.";
        let plain = self.read_field(
            field,
            text,
            |text| is_header_safe(text).then(|| text.to_owned()),
            message,
        );
        plain.and_then(|email| self.read_text(field, &email))
    }

    /// Reads a boolean.
    pub fn read_flag(&mut self, field: &str, text: &str) -> Option<bool> {
        self.read_field(
            field,
            text,
            |text| text.to_ascii_lowercase().parse().ok(),
            "Must be `true` or `false`.",
        )
    }

    /// Returns all collected faults.
    pub fn into_faults(self) -> Vec<FieldError> {
        self.0
    }
}

//! Why a processor could not be asked, in plain words.

use domain::account::Outage;

/// `is_matched` says that the payment is known, so that only the look before its refund failed.
pub(super) const fn unavailable(code: Outage, is_matched: bool) -> &'static str {
    match (code, is_matched) {
        (Outage::CredentialsRefused, false) => {
            "Your processor does not accept the key that we have, so nobody looked for the payment. Give a new key; then it is looked for by itself."
        }
        (Outage::CredentialsRefused, true) => {
            "Your processor does not accept the key that we have, so nothing was refunded. Give a new key; then your rules go on by themselves."
        }
        (Outage::Unreachable, _) => "Your processor does not answer, so nobody could look for the payment. It is tried again by itself.",
        (Outage::RequestRefused, _) => "Your processor refused the search, so the payment was not looked for. It is tried again by itself.",
    }
}

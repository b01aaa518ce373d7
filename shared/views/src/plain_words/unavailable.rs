//! The reason that a processor could not be searched, in plain words.

use domain::account::IntegrationOutage;

pub(super) const fn describe_outage(code: IntegrationOutage) -> &'static str {
    match code {
        IntegrationOutage::CredentialsRefused => {
            "Your processor does not accept the key that we have, so nobody looked for the \
             payment. Give a new key; then it is looked for by itself."
        }
        IntegrationOutage::Unreachable => {
            "Your processor does not answer, so nobody could look for the payment. It is tried \
             again by itself."
        }
        IntegrationOutage::RequestRefused => {
            "Your processor refused the search, so the payment was not looked for. It is tried \
             again by itself."
        }
    }
}

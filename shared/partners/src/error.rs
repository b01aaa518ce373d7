//! The errors of calls to partners.

use domain::basics::card::truncate_card_numbers;
use domain::basics::quotation::strip_quotation;

/// The reason why a call to a partner gave no usable answer. Never contains a secret or a card
/// number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartnerError {
    /// No answer arrived: whether the partner executed the call is unknown.
    #[error("no answer came: {source_text}")]
    Unreachable {
        /// The transport's error text.
        source_text: String,
    },
    /// The invocation ends before an answer could arrive: nothing was sent.
    #[error("no time was left for an answer")]
    NoTime,
    /// Rate limited: the partner did not execute the call.
    #[error("too many calls: told to wait")]
    Throttled {
        /// The seconds that the partner asks to wait before a retry.
        retry_after_seconds: Option<u64>,
    },
    /// The partner failed, or still executes the same call: the result of the call is unknown.
    #[error("the answer was status {status}")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// The partner refused the call; a retry of the same call will be refused again.
    #[error("refused: {message} ({code})")]
    Refused {
        /// The partner's machine-readable code.
        code: String,
        /// The partner's message.
        message: String,
    },
    /// The partner rejects our credentials: nothing was executed. An operator or the merchant must
    /// correct the credentials.
    #[error("our credentials are not accepted")]
    Unauthorised,
    /// The received data cannot be parsed; if the data was an answer, the partner may have executed
    /// the call.
    #[error("cannot read {what}")]
    Unreadable {
        /// A description of the unreadable data.
        what: String,
    },
}

impl PartnerError {
    /// Checks whether a retry of the same call would be refused again. Rejected credentials are not
    /// permanent: a retry follows their correction.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Checks whether waiting alone may help: neither a refusal nor rejected credentials pass with
    /// time.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Unauthorised)
    }

    /// Checks whether the partner may have executed the call. If true, look up the result before a
    /// retry.
    #[must_use]
    pub const fn has_unknown_result(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Unavailable { .. } | Self::Unreadable { .. }
        )
    }

    /// Checks whether the partner gave no answer at all, as a server that hangs or is down.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: to_storable_text(&what.into(), 300) }
    }

    /// Describes a parse error without the text that the parser quotes.
    pub(crate) fn from_json_error(what: &str, error: &serde_json::Error) -> Self {
        Self::unreadable(format!("{what}: {}", unquoted_message(error)))
    }

    pub(crate) fn refused(code: &str, message: &str) -> Self {
        Self::Refused { code: to_storable_text(code, 64), message: to_storable_text(message, 300) }
    }
}

/// Returns the parser's message. Only a data error quotes the input; the quotation is removed.
pub(crate) fn unquoted_message(error: &serde_json::Error) -> String {
    if error.is_data() { strip_quotation(&error.to_string()) } else { error.to_string() }
}

/// Returns a partner's text in storable form: cut, and without card numbers.
fn to_storable_text(text: &str, limit: usize) -> String {
    truncate_card_numbers(text).chars().take(limit).collect()
}

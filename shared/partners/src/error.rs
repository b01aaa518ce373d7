//! What can go wrong between a partner and us.

use domain::basics::card::truncate_card_numbers;
use domain::basics::quotation::strip_quotation;

/// Why a call to a partner gave no answer that can be used. Never holds a secret or a card number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartnerError {
    /// No answer came: whether the call was executed is unknown.
    #[error("no answer came: {source_text}")]
    Unreachable {
        /// The transport's own words.
        source_text: String,
    },
    /// The invocation ends before an answer could come: nothing was sent.
    #[error("no time was left for an answer")]
    NoTime,
    /// Too many calls; this one was not executed.
    #[error("too many calls: told to wait")]
    Throttled {
        /// How long the partner asks to wait.
        retry_after_seconds: Option<u64>,
    },
    /// The partner failed, or is at the same call already: whether it was executed is unknown.
    #[error("the answer was status {status}")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// The partner will not, and the same call will be refused again.
    #[error("refused: {message} ({code})")]
    Refused {
        /// The partner's machine-readable code.
        code: String,
        /// The partner's words.
        message: String,
    },
    /// Our credentials are not, or no longer, good: nothing was executed. Somebody must mend them.
    #[error("our credentials are not accepted")]
    Unauthorised,
    /// Something came that cannot be understood; if it was an answer, the call may have been
    /// executed.
    #[error("cannot read {what}")]
    Unreadable {
        /// What could not be read.
        what: String,
    },
}

impl PartnerError {
    /// Whether the same call would be refused again. Bad credentials are not meant: they are mended
    /// and tried again.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Whether waiting may help by itself: neither a refusal nor bad credentials go away so.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Unauthorised)
    }

    /// Whether the partner may have done what it was asked for, so that it must be looked up before
    /// it is asked again.
    #[must_use]
    pub const fn has_unknown_result(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Unavailable { .. } | Self::Unreadable { .. }
        )
    }

    /// Whether nothing was heard at all, as of a server that hangs or is gone.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: to_storable_text(&what.into(), 300) }
    }

    /// What a parser cannot read, without its quotation of that.
    pub(crate) fn from_json_error(what: &str, error: &serde_json::Error) -> Self {
        Self::unreadable(format!("{what}: {}", unquoted_message(error)))
    }

    pub(crate) fn refused(code: &str, message: &str) -> Self {
        Self::Refused { code: to_storable_text(code, 64), message: to_storable_text(message, 300) }
    }
}

/// A parser's words: in full where the text is no JSON, which it does not quote, else without what
/// it quotes.
pub(crate) fn unquoted_message(error: &serde_json::Error) -> String {
    if error.is_data() { strip_quotation(&error.to_string()) } else { error.to_string() }
}

/// A partner's words as they may be kept: cut, and without card numbers.
fn to_storable_text(text: &str, limit: usize) -> String {
    truncate_card_numbers(text).chars().take(limit).collect()
}

//! What can go wrong with the store.

use domain::basics::quotation::strip_quotation;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first: read again.
    #[error("`{0}` was changed by another writer")]
    Conflict(String),
    /// The store could not be reached, or is throttling; the result is unknown.
    #[error("the store did not answer `{operation}`: {source}")]
    Unavailable {
        operation: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What is stored is not what the code expects; the reader's words without its quotation of
    /// that.
    #[error("a stored {0} cannot be read: {1}")]
    Unreadable(&'static str, String),
    /// A number of candidates no honest data has.
    #[error("more than {0} rows for one look-up")]
    TooMany(usize),
    /// The ledger is claimed, or closed.
    #[error(transparent)]
    NotYours(#[from] domain::refund::LeaseRefusal),
}

impl StoreError {
    /// Something stored that cannot be read or written as its type.
    pub(crate) fn from_serde_error(what: &'static str, error: &serde_dynamo::Error) -> Self {
        Self::Unreadable(what, strip_quotation(&error.to_string()))
    }
}

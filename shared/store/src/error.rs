//! Errors of the store.

use domain::basics::quotation::strip_quotation;

/// The reason that a call of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer was first: read again.
    #[error("`{0}` was changed by another writer")]
    Conflict(String),
    /// The store could not be reached, or is throttling; the result is unknown.
    #[error("the store did not answer `{operation}`: {source}")]
    Unavailable {
        operation: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The stored item has not the form that the code expects. The text is the reader's message
    /// without quotations of the item.
    #[error("a stored {0} cannot be read: {1}")]
    Unreadable(&'static str, String),
    /// A look-up has more rows than honest data has.
    #[error("more than {0} rows for one look-up")]
    TooMany(usize),
    /// The ledger is leased by another worker, or closed.
    #[error(transparent)]
    NotYours(#[from] domain::refund::LeaseRefusal),
}

impl StoreError {
    /// Wraps the error of reading an item as a type, or of writing an item.
    pub(crate) fn from_serde_error(what: &'static str, error: &serde_dynamo::Error) -> Self {
        Self::Unreadable(what, strip_quotation(&error.to_string()))
    }
}

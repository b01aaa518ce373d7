//! Matching: which sale a claim is about, with the evidence named, or why a person must say.

use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::sale::Sale;

/// A sale that may be the one, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub sale: Sale,
    pub score: u32,
    pub evidence: Vec<Evidence>,
}

/// One thing on which claim and sale agree, or contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Evidence {
    NetworkTransactionId,
    ProcessorReference,
    Arn,
    AuthCode,
    CardBin,
    CardLast4,
    CardBrand,
    AmountExact,
    /// The authorised amount, not the captured one.
    AmountAuthorised,
    /// The disputed part is smaller than the sale.
    AmountPartial,
    SameDay,
    /// One or two days apart.
    NearDay,
    Descriptor,
    ContradictsNetworkTransactionId,
    ContradictsArn,
    ContradictsAuthCode,
    ContradictsCardLast4,
    ContradictsCardBin,
}

/// What the search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One sale, beyond doubt.
    One(Box<Candidate>),
    /// A person must choose, the likeliest first.
    Unsure { why: Doubt, candidates: Vec<Candidate> },
    /// Nothing that fits.
    Nothing,
}

/// Why a match is not made by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Doubt {
    /// Two sales fit equally well.
    Tie,
    /// Strong evidence speaks for and against.
    Contradiction,
    /// The evidence is too weak.
    WeakEvidence,
}

/// Why an alert needs no refund: it was wrong when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Invalid {
    AlreadyRefunded,
    AlreadyChargedBack,
    FailedSale,
    /// We refunded the sale for another alert.
    Duplicate { of: String },
    /// The vendor took it back.
    Retracted,
}

//! Enrolments: what the network sends alerts for, and which of them an alert belongs to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{ConnectionId, EnrolmentId, MerchantId, OrganisationId};

/// The fewest letters and digits of a part of a descriptor; a shorter one would catch other
/// merchants' alerts.
pub const MIN_DESCRIPTOR: usize = 5;
/// The fewest letters and digits of a whole descriptor. A beginning of fewer than
/// [`MIN_DESCRIPTOR`] needs the operator's word.
pub const MIN_WHOLE_DESCRIPTOR: usize = 2;
/// The fault of an RDR enrolment that says nothing.
pub const NOTHING_NAMED: &str = "BIN_AND_CAID_OR_ARNS";

/// What a network watches for an organisation's merchants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub organisation: OrganisationId,
    pub merchant_ids: Vec<MerchantId>,
    pub watches: EnrolmentTarget,
    pub status: EnrolmentStatus,
    /// The vendor connection its alerts come over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connection: Option<ConnectionId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Since when whoever operates the system knows that the vendor has accepted it: an alert
    /// alone does not say so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accepted_at: Option<Timestamp>,
    #[serde(default = "crate::account::first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What exactly is watched, by product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrolmentTarget {
    /// Ethoca alerts, by statement descriptor.
    EthocaAlert { descriptors: Vec<EnrolledDescriptor> },
    /// Verifi RDR, by acquirer BIN and card acceptor id; sample ARNs until the operator has looked
    /// both up.
    VerifiRdr {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        bin: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        caid: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        arns: Vec<String>,
    },
}

/// A statement descriptor, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EnrolledDescriptor))]
pub struct EnrolledDescriptor {
    #[cfg_attr(feature = "openapi", schema(min_length = 2))]
    pub descriptor: String,
    pub match_type: DescriptorMatchType,
}

/// How a descriptor is compared, after both sides are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MatchType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DescriptorMatchType {
    Contains,
    StartsWith,
    Equals,
}

/// The life of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrolmentStatus {
    /// Asked for; the first alert proves it.
    Pending,
    /// Alerts come.
    Enabled,
    /// Clashes with another's, or catches too many names to be sure of; routes nothing until the
    /// operator decides.
    NeedsAttention,
    /// Cancelled; late alerts are taken in and shown, no rule acts.
    Unenrolled,
}

/// What is wrong with one field of a thing somebody sent us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FieldError))]
pub struct FieldError {
    /// The field, as a path (`rules[0].parameters.currency_code`).
    pub field: String,
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl FieldError {
    /// A fault of a field.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

impl DescriptorMatchType {
    /// The match type as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "CONTAINS",
            Self::StartsWith => "STARTS_WITH",
            Self::Equals => "EQUALS",
        }
    }
}

/// Whether the text is that many digits and nothing else.
pub(crate) fn is_digits(text: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    count.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

mod faults;
mod lifecycle;
mod likeness;
mod routing;
mod waiting;

pub use lifecycle::{EnrolmentChange, EnrolmentChangeError};
pub use routing::{
    DescriptorRoute, EnrolmentCandidate, RouteMatchRank, RoutingResult, can_overlap, find_clashes,
    route_descriptor,
};

#[cfg(test)]
mod tests;

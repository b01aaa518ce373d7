//! Enrolments: the descriptors and acquirer ids that a network watches, and the routing of alerts
//! to enrolments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{ConnectionId, EnrolmentId, MerchantId, OrganisationId};
use crate::network::claim::AlertNetwork;

/// The minimum number of letters and digits of a partial descriptor. A shorter part would match
/// other merchants' alerts.
pub const MIN_DESCRIPTOR: usize = 5;
/// The minimum number of letters and digits of a whole descriptor. A prefix shorter than
/// [`MIN_DESCRIPTOR`] needs the operator's approval.
pub const MIN_WHOLE_DESCRIPTOR: usize = 2;
/// The error code of an RDR enrolment without any identifier.
pub const NOTHING_NAMED: &str = "BIN_AND_CAID_OR_ARNS";

/// An enrolment: the target that a network watches for an organisation's merchants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub organisation: OrganisationId,
    pub merchant_ids: Vec<MerchantId>,
    pub watches: EnrolmentTarget,
    pub status: EnrolmentStatus,
    /// The vendor connection over which the alerts arrive.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connection: Option<ConnectionId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// The time at which the operator confirmed that the vendor accepted the enrolment. An alert
    /// alone is no such confirmation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accepted_at: Option<Timestamp>,
    #[serde(default = "crate::account::first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The watched target, by product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrolmentTarget {
    /// Ethoca alerts, by statement descriptor.
    EthocaAlert { descriptors: Vec<EnrolledDescriptor> },
    /// Verifi RDR, by acquirer BIN and card acceptor id, or by sample ARNs until the operator has
    /// looked up both.
    VerifiRdr {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        bin: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        caid: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        arns: Vec<String>,
    },
}

impl EnrolmentTarget {
    /// Returns the network whose connection delivers the alerts, if alerts of the target come over
    /// one today.
    #[must_use]
    pub const fn alert_network(&self) -> Option<AlertNetwork> {
        match self {
            Self::EthocaAlert { .. } => Some(AlertNetwork::Ethoca),
            Self::VerifiRdr { .. } => None,
        }
    }
}

/// A statement descriptor, or a part of a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EnrolledDescriptor))]
pub struct EnrolledDescriptor {
    #[cfg_attr(feature = "openapi", schema(min_length = 2))]
    pub descriptor: String,
    pub match_type: DescriptorMatchType,
}

/// The comparison of a descriptor, after both sides are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MatchType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DescriptorMatchType {
    Contains,
    StartsWith,
    Equals,
}

/// The status of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrolmentStatus {
    /// Requested; the first alert proves the enrolment.
    Pending,
    /// Alerts arrive.
    Enabled,
    /// Clashes with another organisation's enrolment, or matches too many descriptors. Routes no
    /// alerts until the operator decides.
    NeedsAttention,
    /// Cancelled; late alerts are still accepted and visible, and no rule acts.
    Unenrolled,
}

/// An error in a field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FieldError))]
pub struct FieldError {
    /// The path of the field (`rules[0].parameters.currency_code`).
    pub field: String,
    /// The error code, for programs.
    pub code: &'static str,
    /// The message, for people.
    pub message: String,
}

impl FieldError {
    /// Creates an error for a field.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

impl DescriptorMatchType {
    /// Returns the API's name of the match type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "CONTAINS",
            Self::StartsWith => "STARTS_WITH",
            Self::Equals => "EQUALS",
        }
    }
}

/// Checks whether the text is digits only, of a count within the range.
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

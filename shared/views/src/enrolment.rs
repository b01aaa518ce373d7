//! The view of an enrolment.

use domain::account::enrolment::{
    EnrolledDescriptor, Enrolment, EnrolmentStatus, EnrolmentTarget, FieldError,
};
use domain::basics::id::{EnrolmentId, MerchantId, OrganisationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ResourceResponse;

/// The kind of alerts that an enrolment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EnrolmentType)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrolmentType {
    EthocaAlert,
    VerifiRdr,
}

/// The descriptors that an Ethoca enrolment watches.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = EthocaAlert)]
pub struct EthocaAlertWatch {
    #[schema(min_items = 1)]
    pub descriptors: Vec<EnrolledDescriptor>,
}

/// The identifiers that a Verifi RDR enrolment watches.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = VerifiRdr)]
pub struct VerifiRdrWatch {
    #[schema(pattern = "^[0-9]{6}$")]
    pub bin: Option<String>,
    #[schema(pattern = "^[0-9A-Za-z]{1,16}$")]
    pub caid: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub arns: Vec<String>,
}

/// The fields of an enrolment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Enrolment)]
pub struct EnrolmentFields {
    id: EnrolmentId,
    organisation_id: OrganisationId,
    merchant_ids: Vec<MerchantId>,
    #[serde(rename = "type")]
    kind: EnrolmentType,
    status: EnrolmentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    ethoca_alert: Option<EthocaAlertWatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifi_rdr: Option<VerifiRdrWatch>,
    note: Option<String>,
    /// Valid settings that may still surprise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    warnings: Vec<FieldError>,
    /// The time since which the operator of the system knows that the network has accepted the
    /// enrolment; null until then. Until acceptance, an alert without a matching payment cannot be
    /// answered as refunded on your declaration.
    accepted_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl EnrolmentType {
    /// Returns the kind of an enrolment's target.
    #[must_use]
    pub const fn from_watches(watches: &EnrolmentTarget) -> Self {
        match watches {
            EnrolmentTarget::EthocaAlert { .. } => Self::EthocaAlert,
            EnrolmentTarget::VerifiRdr { .. } => Self::VerifiRdr,
        }
    }

    /// Returns the kind's name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EthocaAlert => "ETHOCA_ALERT",
            Self::VerifiRdr => "VERIFI_RDR",
        }
    }
}

/// Builds the view of an enrolment.
#[must_use]
pub fn to_enrolment_response(from: Enrolment) -> ResourceResponse<EnrolmentFields> {
    let Enrolment {
        id,
        organisation,
        merchant_ids,
        watches,
        status,
        connection: _,
        note,
        accepted_at,
        version,
        created_at,
        updated_at,
    } = from;
    let (path, kind, warnings) =
        (id.to_string(), EnrolmentType::from_watches(&watches), watches.find_warnings());
    let (ethoca_alert, verifi_rdr) = match watches {
        EnrolmentTarget::EthocaAlert { descriptors } => {
            (Some(EthocaAlertWatch { descriptors }), None)
        }
        EnrolmentTarget::VerifiRdr { bin, caid, arns } => {
            (None, Some(VerifiRdrWatch { bin, caid, arns }))
        }
    };
    let fields = EnrolmentFields {
        id,
        organisation_id: organisation,
        merchant_ids,
        kind,
        status,
        ethoca_alert,
        verifi_rdr,
        note,
        warnings,
        accepted_at,
        created_at,
        updated_at,
    };
    ResourceResponse::at_path("/v2/enrolments", &path, version, fields)
}

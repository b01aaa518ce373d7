//! The operator's commands in JSON.

use domain::account::enrolment::EnrolmentStatus;
use domain::account::{AutomationLevel, OperatingMode, RefundCaps};
use domain::basics::id::{
    ConnectionId, EnrolmentId, KeyId, OrganisationId, PartnerId, QuarantineId,
};
use domain::basics::money::ExchangeRates;
use domain::network::claim::AlertNetwork;
use serde::Deserialize;

/// A command, distinguished by `do`.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OperatorCommand {
    /// Creates a tenant.
    CreatePartner { name: String, mode: OperatingMode },
    /// Creates an API key; only the answer contains the secret.
    CreateKey(CreatePartnerKey),
    /// Revokes an API key at once.
    RevokeKey { key_id: KeyId },
    /// Creates the connection to a network, in both directions.
    CreateConnection(Box<CreateConnection>),
    /// Sets the automation level of an organisation's rules.
    SetAutomation(SetAutomation),
    /// Loads a day's exchange rates.
    LoadRates(ExchangeRates),
    /// Sets the status of an enrolment, by decision of the network or the operator.
    SetEnrolment(SetEnrolment),
    /// Lists the enrolments that wait for a request to their network.
    ListPendingEnrolments { cursor: Option<String> },
    /// Lists quarantined payloads.
    ListQuarantine { organisation_id: Option<OrganisationId>, cursor: Option<String> },
    /// Assigns a quarantined payload to the organisation that owns the payload.
    AssignQuarantined { id: QuarantineId, organisation_id: OrganisationId },
    /// Releases a quarantined alert to an enrolment.
    ReleaseQuarantined { id: QuarantineId, enrolment_id: EnrolmentId },
    /// Discards a quarantined payload.
    DiscardQuarantined { id: QuarantineId, why: String },
    /// Marks an alert as retracted by the network.
    RetractAlert { network: AlertNetwork, vendor_alert_id: String },
    /// Lifts the suppression of an e-mail address after a bounce or a complaint.
    LiftSuppression { email: String },
    /// Lists the audit records of a partner, or, without a partner, of shared resources.
    ListAudit { partner_id: Option<PartnerId>, cursor: Option<String> },
}

impl OperatorCommand {
    /// Returns the command's name, for the log: the content may be secret.
    #[must_use]
    pub const fn command_name(&self) -> &'static str {
        match self {
            Self::CreatePartner { .. } => "CREATE_PARTNER",
            Self::CreateKey(_) => "CREATE_KEY",
            Self::RevokeKey { .. } => "REVOKE_KEY",
            Self::CreateConnection(_) => "CREATE_CONNECTION",
            Self::SetAutomation(_) => "SET_AUTOMATION",
            Self::LoadRates(_) => "LOAD_RATES",
            Self::SetEnrolment(_) => "SET_ENROLMENT",
            Self::ListPendingEnrolments { .. } => "LIST_PENDING_ENROLMENTS",
            Self::ListQuarantine { .. } => "LIST_QUARANTINE",
            Self::AssignQuarantined { .. } => "ASSIGN_QUARANTINED",
            Self::ReleaseQuarantined { .. } => "RELEASE_QUARANTINED",
            Self::DiscardQuarantined { .. } => "DISCARD_QUARANTINED",
            Self::RetractAlert { .. } => "RETRACT_ALERT",
            Self::LiftSuppression { .. } => "LIFT_SUPPRESSION",
            Self::ListAudit { .. } => "LIST_AUDIT",
        }
    }

    /// Checks whether the command changes data.
    #[must_use]
    pub const fn changes_anything(&self) -> bool {
        !matches!(
            self,
            Self::ListPendingEnrolments { .. }
                | Self::ListQuarantine { .. }
                | Self::ListAudit { .. }
        )
    }
}

/// The arguments of `CREATE_KEY`.
#[derive(Deserialize)]
pub struct CreatePartnerKey {
    pub partner_id: PartnerId,
    /// The only organisation in the key's scope, if named.
    #[serde(default)]
    pub organisation_id: Option<OrganisationId>,
    /// The only organisations in the key's scope, if named: a group's key.
    #[serde(default)]
    pub organisation_ids: Vec<OrganisationId>,
    /// The purpose of the key.
    #[serde(default)]
    pub name: String,
    /// The abilities, as `resource:verb`; all abilities, if none is named.
    #[serde(default)]
    pub abilities: Vec<String>,
}

/// The arguments of `CREATE_CONNECTION`.
#[derive(Deserialize)]
pub struct CreateConnection {
    pub network: AlertNetwork,
    pub name: String,
    pub api_url: String,
    pub push_username: String,
    pub push_password: String,
    #[serde(default)]
    pub client_subject: Option<String>,
    pub consumer_key: String,
    /// The private key: PKCS#8, as PEM or base 64 of DER.
    pub private_key: String,
    #[serde(default = "utc")]
    pub time_zone: String,
    #[serde(default = "target_hours")]
    pub target_hours: u32,
    #[serde(default = "limit_hours")]
    pub limit_hours: u32,
    /// Whether the connection leads to the network's sandbox.
    #[serde(default)]
    pub sandbox: bool,
}

/// The arguments of `SET_AUTOMATION`; caps that are not named stay.
#[derive(Deserialize)]
pub struct SetAutomation {
    pub organisation_id: OrganisationId,
    pub automation: AutomationLevel,
    #[serde(default)]
    pub caps: Option<RefundCaps>,
    #[serde(default)]
    pub remove_caps: bool,
}

/// The arguments of `SET_ENROLMENT`; fields that are not named stay.
#[derive(Deserialize)]
pub struct SetEnrolment {
    pub enrolment_id: EnrolmentId,
    #[serde(default)]
    pub status: Option<EnrolmentStatus>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub bin: Option<String>,
    #[serde(default)]
    pub caid: Option<String>,
    #[serde(default)]
    pub connection_id: Option<ConnectionId>,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// Returns the target: Ethoca asks for an answer within 24 hours of the alert.
const fn target_hours() -> u32 {
    24
}

/// Returns the limit: after 48 hours an alert counts as declined.
const fn limit_hours() -> u32 {
    48
}

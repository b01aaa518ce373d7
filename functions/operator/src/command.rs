//! The commands, as they are written in JSON.

use domain::account::enrolment::EnrolmentStatus;
use domain::account::{AutomationLevel, OperatingMode, RefundCaps};
use domain::basics::id::{
    ConnectionId, EnrolmentId, KeyId, OrganisationId, PartnerId, QuarantineId,
};
use domain::basics::money::ExchangeRates;
use domain::network::claim::AlertNetwork;
use serde::Deserialize;

/// One command, told apart by `do`.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OperatorCommand {
    /// A new tenant.
    CreatePartner { name: String, mode: OperatingMode },
    /// A key; its secret is in the answer and nowhere else.
    CreateKey(CreatePartnerKey),
    /// Ends a key at once.
    RevokeKey { key_id: KeyId },
    /// How a network reaches us and we it.
    CreateConnection(Box<CreateConnection>),
    /// How far an organisation's rules may go by themselves.
    SetAutomation(SetAutomation),
    /// A day's exchange rates.
    LoadRates(ExchangeRates),
    /// What the network, or the operator, made of an enrolment.
    SetEnrolment(SetEnrolment),
    /// The enrolments that networks are to be asked for.
    ListPendingEnrolments { cursor: Option<String> },
    /// Vendors' payloads that could not be worked.
    ListQuarantine { organisation_id: Option<OrganisationId>, cursor: Option<String> },
    /// Hands a quarantined payload to the organisation whose it is.
    AssignQuarantined { id: QuarantineId, organisation_id: OrganisationId },
    /// Works a quarantined alert after all, for an enrolment.
    ReleaseQuarantined { id: QuarantineId, enrolment_id: EnrolmentId },
    /// Drops a quarantined payload.
    DiscardQuarantined { id: QuarantineId, why: String },
    /// The network took an alert back.
    RetractAlert { network: AlertNetwork, vendor_alert_id: String },
    /// Lets e-mails to an address leave again that came back, or were reported as unwanted.
    LiftSuppression { email: String },
    /// What was changed of a partner's, or, where none is named, of what serves all.
    ListAudit { partner_id: Option<PartnerId>, cursor: Option<String> },
}

impl OperatorCommand {
    /// The command's name, for the log: what it holds may be secret.
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

    /// Whether it changes anything.
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

/// A key to be made.
#[derive(Deserialize)]
pub struct CreatePartnerKey {
    pub partner_id: PartnerId,
    /// Only this organisation, if named.
    #[serde(default)]
    pub organisation_id: Option<OrganisationId>,
    /// Only these organisations, if any are named: a group's key.
    #[serde(default)]
    pub organisation_ids: Vec<OrganisationId>,
    /// What the key is for.
    #[serde(default)]
    pub name: String,
    /// `resource:verb` abilities; all, if none is named.
    #[serde(default)]
    pub abilities: Vec<String>,
}

/// A vendor connection to be made.
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
    /// PKCS#8, PEM or base 64 of DER.
    pub private_key: String,
    #[serde(default = "utc")]
    pub time_zone: String,
    #[serde(default = "target_hours")]
    pub target_hours: u32,
    #[serde(default = "limit_hours")]
    pub limit_hours: u32,
    /// Whether it leads to the network's sandbox.
    #[serde(default)]
    pub sandbox: bool,
}

/// How an organisation's rules may act; caps that are not named stay.
#[derive(Deserialize)]
pub struct SetAutomation {
    pub organisation_id: OrganisationId,
    pub automation: AutomationLevel,
    #[serde(default)]
    pub caps: Option<RefundCaps>,
    #[serde(default)]
    pub remove_caps: bool,
}

/// What becomes of an enrolment; what is not named stays.
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

/// Ethoca asks for an answer within 24 hours of the alert.
const fn target_hours() -> u32 {
    24
}

/// After 48 hours an alert counts as declined.
const fn limit_hours() -> u32 {
    48
}

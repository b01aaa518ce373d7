//! The accounts: partners, their organisations, members, merchants and integrations, and the vendor
//! connections.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{
    ConnectionId, IntegrationId, MembershipId, MerchantId, OrganisationId, PartnerId, UserId,
};
use crate::calls::lane::CallLane;
use crate::network::claim::AlertNetwork;

mod api_key;
pub mod audit;
mod brakes;
mod callback;
mod connect;
pub mod enrolment;
mod health;
mod integration_kind;
pub mod issued_key;
pub mod person;
mod simulated;

pub use api_key::{ALL_ABILITIES, ApiKey, ApiKeyLevel, ApiKeyScope};
pub use brakes::{
    AutomationLevel, AutomationLimits, REFERENCE_CURRENCY, RefundCaps, find_time_zone,
};
pub use callback::CallbackEndpoint;
pub use connect::ConnectRefunds;
pub use health::{IntegrationOutage, IntegrationStatusDetail, ProcessorCall};
pub use integration_kind::{IntegrationKind, is_processor_payment_id};

/// The mode of operation: test, or live with calls to real networks and processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Mode))]
#[serde(rename_all = "UPPERCASE")]
pub enum OperatingMode {
    /// No network and no processor is called.
    Test,
    /// Real networks and processors are called.
    Live,
}

/// The alerts after which the customer is added to the organisation's negative list, once a refund
/// was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListing))]
#[serde(rename_all = "UPPERCASE")]
pub enum NegativeListPolicy {
    /// Only where a ruleset adds the customer.
    #[default]
    Off,
    /// After fraud alerts.
    Fraud,
    All,
}

/// A partner: the tenant that owns organisations and keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    pub id: PartnerId,
    pub name: String,
    pub mode: OperatingMode,
    /// The highest automation of all organisations of the partner. An organisation's own setting
    /// can only be stricter.
    #[serde(default)]
    pub automation: AutomationLevel,
    /// The refund caps of each organisation without caps of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caps: Option<RefundCaps>,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    #[serde(default)]
    pub updated_at: Timestamp,
}

/// An organisation: a customer of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: OrganisationId,
    pub partner: PartnerId,
    pub name: String,
    pub mode: OperatingMode,
    #[serde(default)]
    pub automation: AutomationLevel,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caps: Option<RefundCaps>,
    /// The IANA name of the time zone in which the days of the refund caps begin.
    #[serde(default = "brakes::default_zone")]
    pub time_zone: String,
    #[serde(default)]
    pub negative_list_on_refund: NegativeListPolicy,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The maximum number of memberships of an organisation.
pub const MOST_MEMBERSHIPS: usize = 50;

/// The membership of a person in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the four e-mail switches of the documented resource"
)]
pub struct Membership {
    pub id: MembershipId,
    pub organisation: OrganisationId,
    pub user: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: MemberRole,
    pub is_alert_action_required_email_enabled: bool,
    pub is_alert_resolved_email_enabled: bool,
    pub is_alert_dismissed_email_enabled: bool,
    pub is_evidence_requested_email_enabled: bool,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The role of a member, which sets the permitted actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Role))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MemberRole {
    Admin,
    Standard,
}

/// A merchant: a processor account that takes payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merchant {
    pub id: MerchantId,
    pub organisation: OrganisationId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: MerchantKind,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_representment_service_type: Option<String>,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The processor or platform of a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MerchantType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MerchantKind {
    Generic,
    Stripe,
    Adyen,
    Shopify,
    AuthorizeNet,
    Braintree,
    Checkout,
    Nmi,
    Clearhaus,
}

/// An integration: a source of transactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    pub id: IntegrationId,
    pub organisation: OrganisationId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: IntegrationKind,
    pub status: IntegrationStatus,
    pub merchant_ids: Vec<MerchantId>,
    /// The processor's credentials, encrypted with the organisation as context.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credentials: Option<SealedSecret>,
    /// The processor's name of the account that the credentials belong to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<String>,
    /// The merchant's own callback endpoint, where that endpoint makes the refunds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub callback: Option<CallbackEndpoint>,
    #[serde(default)]
    pub matching_mode: MatchingMode,
    /// Whether sales of the integration are matched without a person.
    #[serde(default = "yes")]
    pub is_automatic_matching_enabled: bool,
    /// The sides that bear a refund of a payment split by Stripe Connect.
    #[serde(default)]
    pub connect_refunds: ConnectRefunds,
    /// The present failure of calls with the integration.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_detail: Option<IntegrationStatusDetail>,
    /// The lane of calls to the processor, while calls are not answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lane: Option<CallLane>,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The proof that a match with a sale of the integration needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum MatchingMode {
    /// A processor that can be called must have the payment.
    Strict,
    /// The best evidence counts, including that of an order.
    #[default]
    Soft,
}

/// The status of an integration: in use or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationStatus {
    Enabled,
    Disabled,
}

/// A secret that only the key service can decrypt: the ciphertext in base 64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(pub String);

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// A vendor connection: the addresses and credentials of both sides, and the network's time limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorConnection {
    pub id: ConnectionId,
    pub network: AlertNetwork,
    pub name: String,
    /// The URL to which outcomes are posted and from which alerts are pulled.
    pub api_url: String,
    /// The user name with which the network signs in for a push.
    pub push_username: String,
    /// The SHA-256 in hexadecimal of the password with which the network signs in.
    pub push_password_hash: String,
    /// The subject required in the network's client certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_subject: Option<String>,
    /// Our credentials at the network, encrypted with the connection as context.
    pub credentials: SealedSecret,
    /// The IANA name of the time zone for times without an offset.
    pub time_zone: String,
    /// The hours from the vendor's alert time to the target for an answer.
    pub target_hours: u32,
    /// The hours from the vendor's alert time after which the network takes no answer.
    pub limit_hours: u32,
    /// Whether the connection leads to the network's sandbox, where an enrolment counts as
    /// accepted.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_sandbox: bool,
}

/// Returns the version of records stored before versions existed.
pub(crate) const fn first_version() -> u64 {
    1
}

const fn yes() -> bool {
    true
}

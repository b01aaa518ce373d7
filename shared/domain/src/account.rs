//! Who is served: partners' organisations, their members, merchants and integrations, and the
//! vendor connections.

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

/// Whether real networks and processors are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Mode))]
#[serde(rename_all = "UPPERCASE")]
pub enum OperatingMode {
    /// Nobody outside is called.
    Test,
    /// The real thing.
    Live,
}

/// Which alerts' customers an organisation lists once money went back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListing))]
#[serde(rename_all = "UPPERCASE")]
pub enum NegativeListPolicy {
    /// Only those that a ruleset lists.
    #[default]
    Off,
    /// Those of alerts that tell of fraud.
    Fraud,
    All,
}

/// A partner: the tenant that owns organisations and keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    pub id: PartnerId,
    pub name: String,
    pub mode: OperatingMode,
    /// How far the rules of all its organisations may go; an organisation's own setting can only
    /// be stricter.
    #[serde(default)]
    pub automation: AutomationLevel,
    /// The caps of each organisation that has none of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caps: Option<RefundCaps>,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    #[serde(default)]
    pub updated_at: Timestamp,
}

/// A customer of a partner.
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
    /// The IANA name of the zone in which the caps' days begin.
    #[serde(default = "brakes::default_zone")]
    pub time_zone: String,
    #[serde(default)]
    pub negative_list_on_refund: NegativeListPolicy,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// So many memberships an organisation has at the most.
pub const MOST_MEMBERSHIPS: usize = 50;

/// A person's place in an organisation.
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

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Role))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MemberRole {
    Admin,
    Standard,
}

/// A processor account that takes payments.
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

/// Where a merchant's payments are processed.
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

/// A source of transactions.
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
    /// The account the credentials belong to, as the processor names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<String>,
    /// The merchant's own endpoint, where that is what moves the money.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub callback: Option<CallbackEndpoint>,
    #[serde(default)]
    pub matching_mode: MatchingMode,
    /// Whether its sales are matched without a person.
    #[serde(default = "yes")]
    pub is_automatic_matching_enabled: bool,
    /// Who bears a refund of a payment that Stripe Connect split.
    #[serde(default)]
    pub connect_refunds: ConnectRefunds,
    /// Why calls with it fail, while they do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_detail: Option<IntegrationStatusDetail>,
    /// How calls to its processor go, where they are not answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lane: Option<CallLane>,
    #[serde(default = "first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How much proof a match with an integration's sale needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum MatchingMode {
    /// A processor that can be called has the payment.
    Strict,
    /// The best evidence counts, an order's word too.
    #[default]
    Soft,
}

/// What kind of source an integration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntegrationType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationKind {
    /// Orders pushed over our API.
    CustomOrders,
    /// Orders pushed over our API, and the merchant's own endpoint that gives their money back.
    CustomCallback,
    /// Stripe.
    Stripe,
}

impl IntegrationKind {
    /// Whether it takes whole orders.
    #[must_use]
    pub const fn can_take_orders(self) -> bool {
        matches!(self, Self::CustomOrders | Self::CustomCallback)
    }
}

/// Whether an integration may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationStatus {
    Enabled,
    Disabled,
}

/// A secret that only the key service can open: base 64 of its ciphertext.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(pub String);

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// A vendor connection: how a network reaches us and we it, and by when it wants answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorConnection {
    pub id: ConnectionId,
    pub network: AlertNetwork,
    pub name: String,
    /// Where outcomes are posted and alerts pulled.
    pub api_url: String,
    /// The user the network signs in with when it pushes.
    pub push_username: String,
    /// SHA-256 of the password the network signs in with, in hexadecimal.
    pub push_password_hash: String,
    /// The subject the network's client certificate must carry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_subject: Option<String>,
    /// Our credentials at the network, encrypted with the connection as context.
    pub credentials: SealedSecret,
    /// The zone of times that come without an offset (IANA name).
    pub time_zone: String,
    /// Hours from the vendor's alert time in which an answer is aimed at.
    pub target_hours: u32,
    /// Hours from the vendor's alert time after which the network takes no answer.
    pub limit_hours: u32,
    /// Whether it leads to the network's sandbox: what is enrolled there counts as accepted.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_sandbox: bool,
}

/// The version of what was kept before versions were.
pub(crate) const fn first_version() -> u64 {
    1
}

const fn yes() -> bool {
    true
}

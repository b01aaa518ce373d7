//! Stripe's objects, with the fields that we read. Absent and new fields are tolerated; amounts are
//! whole numbers.

use domain::basics::card::truncate_card_numbers;
use domain::basics::money::Money;
use domain::sale::ProcessorDispute as Told;
use jiff::Timestamp;
use serde::Deserialize;

use super::amount::from_stripe;
use crate::PartnerError;

mod refund;

pub(super) use refund::StripeRefund;

/// An object with an id, the cursor of a list.
pub(super) trait Identified {
    fn id(&self) -> &str;
}

#[derive(Deserialize)]
pub(super) struct StripeObjectId {
    pub id: String,
}

/// An id, or the whole object where the request asked Stripe to expand the id.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Id(String),
    Object(Box<T>),
}

#[derive(Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub(super) struct StripePage<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct StripePaymentIntent {
    pub id: String,
    pub amount: u64,
    pub currency: String,
    pub created: i64,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub amount_received: u64,
    #[serde(default)]
    pub amount_capturable: u64,
    #[serde(default)]
    pub latest_charge: Option<Expandable<StripeCharge>>,
    #[serde(default)]
    pub presentment_details: Option<StripePresentment>,
}

#[derive(Deserialize)]
pub(super) struct StripeCharge {
    pub id: String,
    pub amount: u64,
    #[serde(default)]
    pub amount_captured: Option<u64>,
    #[serde(default)]
    pub amount_refunded: u64,
    pub currency: String,
    pub created: i64,
    #[serde(default)]
    pub captured: bool,
    #[serde(default)]
    pub refunded: bool,
    #[serde(default)]
    pub disputed: bool,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub payment_intent: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    pub calculated_statement_descriptor: Option<String>,
    #[serde(default)]
    payment_method_details: Option<StripePaymentMethodDetails>,
    #[serde(default)]
    pub presentment_details: Option<StripePresentment>,
    #[serde(default)]
    transfer: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    transfer_data: Option<StripeTransferData>,
    #[serde(default)]
    application_fee: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    application_fee_amount: Option<u64>,
}

/// A connected account's share of a destination charge.
#[derive(Deserialize)]
struct StripeTransferData {
    #[serde(default)]
    destination: Option<Expandable<StripeObjectId>>,
}

/// The amount that the cardholder saw, where the shop offered a local currency (Adaptive Pricing).
#[derive(Deserialize)]
pub(super) struct StripePresentment {
    #[serde(default)]
    presentment_amount: Option<u64>,
    #[serde(default)]
    presentment_currency: Option<String>,
}

/// The payment method. A card's facts are under the way in which the card was read; other methods
/// have none.
#[derive(Deserialize, Default)]
pub(super) struct StripePaymentMethodDetails {
    #[serde(default)]
    card: Option<StripeCardDetails>,
    #[serde(default)]
    card_present: Option<StripeCardDetails>,
    #[serde(default)]
    interac_present: Option<StripeCardDetails>,
}

#[derive(Deserialize, Default)]
pub(super) struct StripeCardDetails {
    #[serde(default)]
    pub brand: Option<String>,
    /// The network of the charge: a co-badged card has several brands.
    #[serde(default)]
    pub network: Option<String>,
    #[serde(default)]
    pub iin: Option<String>,
    #[serde(default)]
    pub last4: Option<String>,
    #[serde(default)]
    pub network_transaction_id: Option<String>,
    #[serde(default)]
    pub wallet: Option<StripeWalletDetails>,
    #[serde(default)]
    authorization_code: Option<String>,
    #[serde(default)]
    receipt: Option<StripeCardReceipt>,
}

#[derive(Deserialize)]
pub(super) struct StripeWalletDetails {
    #[serde(default)]
    pub dynamic_last4: Option<String>,
}

/// The receipt of a card that was read at a terminal.
#[derive(Deserialize)]
struct StripeCardReceipt {
    #[serde(default)]
    authorization_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct StripeDispute {
    pub id: String,
    pub created: i64,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub is_charge_refundable: bool,
    #[serde(default)]
    pub charge: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    pub payment_intent: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    pub payment_method_details: Option<StripeDisputedMethod>,
}

#[derive(Deserialize, Default)]
pub(super) struct StripeDisputedMethod {
    #[serde(default)]
    pub card: Option<StripeDisputedCard>,
}

#[derive(Deserialize, Default)]
pub(super) struct StripeDisputedCard {
    #[serde(default)]
    pub case_type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct StripeSubscriptionStatus {
    #[serde(default)]
    pub status: String,
}

impl<T> Expandable<T> {
    /// Returns the object, if expanded.
    pub fn into_object(self) -> Option<T> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(*object),
        }
    }
}

impl<T: Identified> Expandable<T> {
    pub fn object_id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => object.id(),
        }
    }
}

impl StripeCharge {
    /// Returns the card that was charged, in any way of reading.
    pub fn charged_card(&self) -> Option<&StripeCardDetails> {
        let method = self.payment_method_details.as_ref()?;
        [&method.card, &method.card_present, &method.interac_present].into_iter().flatten().next()
    }

    /// Checks whether a connected account received a share: a destination charge.
    pub fn is_transferred(&self) -> bool {
        self.transfer.is_some()
            || self.transfer_data.as_ref().is_some_and(|data| data.destination.is_some())
    }

    /// Checks whether a platform took a fee. A fee of 0 is no fee.
    pub fn has_application_fee(&self) -> bool {
        self.application_fee.is_some() || self.application_fee_amount.is_some_and(|fee| fee > 0)
    }
}

impl StripeCardDetails {
    pub fn authorization_code(&self) -> Option<&String> {
        self.authorization_code
            .as_ref()
            .or_else(|| self.receipt.as_ref()?.authorization_code.as_ref())
    }
}

impl StripePresentment {
    /// Returns the amount, if representable.
    pub fn to_money(&self) -> Option<Money> {
        from_stripe(self.presentment_amount?, self.presentment_currency.as_deref()?).ok()
    }
}

impl StripeSubscriptionStatus {
    pub fn has_ended(&self) -> bool {
        matches!(self.status.as_str(), "canceled" | "incomplete_expired")
    }
}

impl StripeDispute {
    /// Converts the dispute. A dispute that was won or closed does not forbid a refund. In a
    /// `resolution` (RDR, Ethoca) the network returned the money; in a `block` evidence stopped the
    /// dispute, and no money moved.
    pub fn to_dispute(&self) -> Result<Told, PartnerError> {
        let case = self
            .payment_method_details
            .as_ref()
            .and_then(|method| method.card.as_ref()?.case_type.as_deref());
        let refundable =
            self.is_charge_refundable || matches!(self.status.as_str(), "won" | "warning_closed");
        let prevented =
            case == Some("resolution") || (self.status == "prevented" && case != Some("block"));
        Ok(Told {
            id: truncate_card_numbers(&self.id),
            opened: to_timestamp(self.created)?,
            refundable,
            prevented,
        })
    }
}

/// Converts Stripe's time, in seconds.
pub(super) fn to_timestamp(seconds: i64) -> Result<Timestamp, PartnerError> {
    Timestamp::from_second(seconds)
        .map_err(|_| PartnerError::unreadable(format!("the time {seconds}")))
}

macro_rules! identified {
    ($($name:ident)*) => {$(
        impl Identified for $name {
            fn id(&self) -> &str {
                &self.id
            }
        }
    )*};
}

identified!(StripeObjectId StripeCharge StripeRefund StripeDispute);

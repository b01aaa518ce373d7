//! A payment in an order's request, and its times in all accepted formats.

use domain::basics::time::ReportedTime;
use domain::sale::order::{AuthorisationStatus, OrderTransaction, PaymentMethod};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{AnyOf, Schema};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{currency_code, trim_name};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTransaction)]
pub(super) struct CreateTransaction {
    /// Your own id of the payment.
    pub(super) reference_id: Option<String>,
    /// In the currency's minor unit.
    amount_in_cents: Option<u64>,
    currency: Option<String>,
    payment_method_type: Option<PaymentMethod>,
    authorisation_status: Option<AuthorisationStatus>,
    /// The payment's id at its processor, such as Stripe's `pi_…` or `ch_…`: required for a
    /// refund.
    pub(super) payment_method_reference_id: Option<String>,
    pub(super) authorised_at: Option<PaymentTimeInput>,
    pub(super) settled_at: Option<PaymentTimeInput>,
    payment_method_card_brand: Option<String>,
    payment_method_card_last_4: Option<String>,
    /// The first six or eight digits.
    payment_method_card_bin: Option<String>,
    /// The issuer's authorisation code; strong evidence in matching.
    authorisation_code: Option<String>,
    /// The acquirer reference number (ARN), 23 digits: the strongest evidence in matching.
    acquirer_reference_number: Option<String>,
    /// The card network's own id of the payment.
    network_transaction_id: Option<String>,
    /// The text on the cardholder's statement.
    descriptor: Option<String>,
    /// The amount already refunded, in the currency's minor unit.
    refunded_amount_in_cents: Option<u64>,
    #[serde(default, deserialize_with = "instant_or_none")]
    pub(super) refunded_at: Option<Timestamp>,
}

impl CreateTransaction {
    /// Converts to the stored payment; without a time of its own, the payment gets the time `paid`.
    pub(super) fn into_transaction(self, paid: Timestamp) -> OrderTransaction {
        let at_processor = self.payment_method_reference_id.map(trim_name);
        OrderTransaction {
            reference_id: self
                .reference_id
                .map(trim_name)
                .or_else(|| at_processor.clone())
                .unwrap_or_default(),
            amount_in_cents: self.amount_in_cents,
            currency: self.currency.as_deref().map(currency_code),
            payment_method_type: self.payment_method_type,
            authorisation_status: self.authorisation_status,
            payment_method_reference_id: at_processor,
            authorised_at: self
                .authorised_at
                .map_or_else(|| ReportedTime::from_instant(paid), |when| when.0),
            settled_at: self.settled_at.map(|when| when.0),
            payment_method_card_brand: self.payment_method_card_brand,
            payment_method_card_last_4: self.payment_method_card_last_4,
            payment_method_card_bin: self.payment_method_card_bin,
            authorisation_code: self.authorisation_code.map(trim_name),
            acquirer_reference_number: self.acquirer_reference_number.map(trim_name),
            network_transaction_id: self.network_transaction_id.map(trim_name),
            descriptor: self.descriptor,
            refunded_amount_in_cents: self.refunded_amount_in_cents,
            refunded_at: self.refunded_at,
        }
    }
}

/// A time with an offset, without an offset, or only a date.
#[derive(Debug)]
pub(super) struct PaymentTimeInput(pub(super) ReportedTime);

impl PartialSchema for PaymentTimeInput {
    fn schema() -> RefOr<Schema> {
        let text = |format| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(format)))
        };
        let time = text(KnownFormat::DateTime).description(Some("A time with its offset."));
        let day = text(KnownFormat::Date).description(Some("A date, if the time is unknown."));
        AnyOf::builder().item(time).item(day).into()
    }
}

impl ToSchema for PaymentTimeInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "When".into()
    }
}

impl<'de> Deserialize<'de> for PaymentTimeInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        ReportedTime::parse(&text)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("not an ISO 8601 time"))
    }
}

/// Deserialises a time with an offset, in any accepted format.
pub(super) fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let moment = ReportedTime::parse(&String::deserialize(from)?);
    moment
        .and_then(|moment| moment.at)
        .ok_or_else(|| serde::de::Error::custom("not an ISO 8601 time with an offset"))
}

fn instant_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    Option::<InstantInput>::deserialize(from).map(|given| given.map(|InstantInput(at)| at))
}

#[derive(Deserialize)]
struct InstantInput(#[serde(deserialize_with = "instant")] Timestamp);

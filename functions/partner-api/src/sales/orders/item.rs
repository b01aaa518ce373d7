//! An order of a batch: the request, and its faults.

mod transaction;

use domain::account::IntegrationStatus;
use domain::account::enrolment::FieldError;
use domain::basics::card::has_card_number;
use domain::basics::id::{IntegrationId, MerchantId, OrganisationId};
use domain::basics::time::{ReportedTime, TimeReading};
use domain::sale::order::{Order, OrderItem, OrderKind, OrderStatus};
use flows::problem::{Code, ProblemDetails};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::context::OrderContext;
use crate::http::body::{parse_json, parse_object, refuse_card_numbers, refuse_faults};
use crate::http::caller::missing_reference;
use transaction::{CreateTransaction, instant};

/// The most payments of an order; a larger number is a mistake.
const MOST_TRANSACTIONS: usize = 100;
/// The longest text of an order, in characters; some texts become parts of table keys.
const MOST_CHARACTERS: usize = 255;
/// The furthest future time in an order: some payments settle later.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewOrder)]
pub(super) struct CreateOrder {
    #[serde(rename = "type")]
    kind: OrderKind,
    pub organisation_id: OrganisationId,
    pub integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    /// Your own id of the order, unique within the integration.
    #[schema(max_length = 255)]
    pub reference_id: String,
    /// The time of the order.
    #[serde(deserialize_with = "instant")]
    order_datetime: Timestamp,
    #[schema(max_length = 255)]
    order_number: Option<String>,
    /// In the currency's minor unit.
    order_subtotal_amount_in_cents: Option<u64>,
    /// ISO 4217, such as `USD`.
    #[schema(pattern = "^ *[A-Za-z]{3} *$")]
    order_currency: String,
    /// In the currency's minor unit.
    order_total_amount_in_cents: Option<u64>,
    order_status: OrderStatus,
    /// Identifies the customer for rules and the negative list.
    #[schema(max_length = 255)]
    customer_email: Option<String>,
    items: Option<Vec<OrderItem>>,
    /// Whether the order is a period of a subscription; null if unknown.
    is_subscription: Option<bool>,
    #[serde(default)]
    #[schema(max_items = 100)]
    transactions: Vec<CreateTransaction>,
}

/// Returns the item's reference for use in errors, but never a card number.
pub(super) fn item_reference(raw: &RawValue) -> Option<String> {
    let value: Value = serde_json::from_str(raw.get()).ok()?;
    let reference = value.get("reference_id")?.as_str()?;
    (!has_card_number(reference) && reference.chars().count() <= MOST_CHARACTERS)
        .then(|| reference.to_owned())
}

/// Parses an item.
pub(super) fn parse_order(raw: &RawValue) -> Result<CreateOrder, ProblemDetails> {
    let value: Value = parse_json(raw.get())?;
    if !value.is_object() {
        return Err(ProblemDetails::new(Code::InvalidRequest, "An order must be a JSON object."));
    }
    refuse_card_numbers(&value)?;
    parse_object(value)
}

impl CreateOrder {
    /// Validates the order. All references must exist.
    pub fn into_order(
        self,
        place: Option<&OrderContext>,
        now: Timestamp,
    ) -> Result<Order, ProblemDetails> {
        let place = place.ok_or_else(|| missing_reference("organisation_id", "organisation"))?;
        place.refuse_integration(&self)?;
        if self
            .merchant_id
            .as_ref()
            .is_some_and(|id| !place.merchants.iter().any(|one| one.id == *id))
        {
            return Err(missing_reference("merchant_id", "merchant"));
        }
        if self.transactions.len() > MOST_TRANSACTIONS {
            return Err(ProblemDetails::invalid_field(
                "transactions",
                "TOO_MANY",
                format!("At most {MOST_TRANSACTIONS} are taken."),
            ));
        }
        refuse_faults(self.unnamed_faults())?;
        refuse_faults(self.impossible_times(now))?;
        let order = self.build_order(now);
        let long =
            serde_json::to_value(&order).map(|value| length_faults("", &value)).unwrap_or_default();
        refuse_faults(order.find_errors().into_iter().chain(long).collect())?;
        Ok(order)
    }

    /// Lists the payments without a reference. In a `PARTIAL` order the processor's reference is
    /// sufficient.
    fn unnamed_faults(&self) -> Vec<FieldError> {
        let by_processor = |one: &CreateTransaction| {
            self.kind == OrderKind::Partial && one.payment_method_reference_id.is_some()
        };
        let unnamed = self
            .transactions
            .iter()
            .enumerate()
            .filter(|(_, one)| one.reference_id.is_none() && !by_processor(one));
        unnamed
            .map(|(at, _)| {
                FieldError::new(
                    format!("transactions[{at}].reference_id"),
                    "REQUIRED",
                    "Is required.",
                )
            })
            .collect()
    }

    /// Lists the implausible times: placeholders, long before any network had alerts, or years
    /// ahead.
    fn impossible_times(&self, now: Timestamp) -> Vec<FieldError> {
        let mut times = vec![(
            "order_datetime".to_owned(),
            Some(ReportedTime::from_instant(self.order_datetime)),
        )];
        for (at, one) in self.transactions.iter().enumerate() {
            let field = |name: &str| format!("transactions[{at}].{name}");
            times.push((field("authorised_at"), one.authorised_at.as_ref().map(|when| when.0)));
            times.push((field("settled_at"), one.settled_at.as_ref().map(|when| when.0)));
            times.push((field("refunded_at"), one.refunded_at.map(ReportedTime::from_instant)));
        }
        let told = times.into_iter().filter_map(|(field, moment)| Some((field, moment?)));
        let wrong = told.filter(|(_, moment)| {
            TimeReading::from(*moment).check_possible_within(now, MOST_AHEAD).is_err()
        });
        wrong
            .map(|(field, _)| {
                FieldError::new(
                    field,
                    "IMPOSSIBLE_TIME",
                    "Must be a time that can be meant: from 2005 on, at most a year ahead.",
                )
            })
            .collect()
    }

    fn build_order(self, now: Timestamp) -> Order {
        let (paid, reference_id) = (self.order_datetime, trim_name(self.reference_id));
        Order {
            id: Order::derive_id(&self.integration_id, &reference_id),
            organisation: self.organisation_id,
            integration: self.integration_id,
            merchant_id: self.merchant_id,
            kind: self.kind,
            reference_id,
            order_datetime: self.order_datetime,
            order_number: self.order_number,
            order_subtotal_amount_in_cents: self.order_subtotal_amount_in_cents,
            order_currency: currency_code(&self.order_currency),
            order_total_amount_in_cents: self.order_total_amount_in_cents,
            order_status: self.order_status,
            customer_email: self.customer_email,
            items: self.items,
            is_subscription: self.is_subscription,
            transactions: self
                .transactions
                .into_iter()
                .map(|one| one.into_transaction(paid))
                .collect(),
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }
}

impl OrderContext {
    /// Refuses an integration that does not exist, is disabled, or accepts no complete orders.
    fn refuse_integration(&self, order: &CreateOrder) -> Result<(), ProblemDetails> {
        let found = self.integrations.iter().find(|one| one.id == order.integration_id);
        let integration =
            found.ok_or_else(|| missing_reference("integration_id", "integration"))?;
        if integration.status != IntegrationStatus::Enabled {
            return Err(ProblemDetails::invalid_field(
                "integration_id",
                "INTEGRATION_DISABLED",
                "The integration is disabled.",
            ));
        }
        if order.kind == OrderKind::Complete && !integration.kind.can_take_orders() {
            let needed = "COMPLETE orders need a CUSTOM_ORDERS or CUSTOM_CALLBACK integration.";
            return Err(ProblemDetails::invalid_field(
                "integration_id",
                "NOT_CUSTOM_ORDERS",
                needed,
            ));
        }
        Ok(())
    }
}

fn length_faults(place: &str, value: &Value) -> Vec<FieldError> {
    match value {
        Value::String(text) if text.chars().count() > MOST_CHARACTERS => {
            vec![FieldError::new(
                place,
                "TOO_LONG",
                format!("At most {MOST_CHARACTERS} characters are taken."),
            )]
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| length_faults(&format!("{place}[{at}]"), item))
            .collect(),
        Value::Object(fields) => {
            let inside = |name: &String| {
                if place.is_empty() { name.clone() } else { format!("{place}.{name}") }
            };
            fields.iter().flat_map(|(name, field)| length_faults(&inside(name), field)).collect()
        }
        _ => Vec::new(),
    }
}

/// Trims a payment's reference, because surrounding spaces make no other payment.
fn trim_name(name: String) -> String {
    if name.trim().len() == name.len() { name } else { name.trim().to_owned() }
}

fn currency_code(currency: &str) -> String {
    currency.trim().to_uppercase()
}

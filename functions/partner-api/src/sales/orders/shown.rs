//! Orders as they are shown: in full, and as a batch's answer echoes them.

use domain::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use domain::sale::order::{
    AuthorisationStatus, Item, Order, OrderKind, OrderStatus, PaymentMethod, Transaction,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use views::written;

use crate::http::response::Shown;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderKept)]
pub(crate) struct Echo {
    id: OrderId,
    reference_id: String,
    #[serde(rename = "type")]
    kind: OrderKind,
    organisation_id: OrganisationId,
    integration_id: IntegrationId,
    created_at: Timestamp,
    transactions: Vec<EchoTransaction>,
}

/// The eight fields that the documented answer has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TransactionKept)]
struct EchoTransaction {
    reference_id: String,
    amount_in_cents: Option<u64>,
    currency: Option<String>,
    payment_method_type: Option<PaymentMethod>,
    authorisation_status: Option<AuthorisationStatus>,
    payment_method_card_brand: Option<String>,
    payment_method_card_last_4: Option<String>,
    acquirer_reference_number: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub(crate) struct Fields {
    id: OrderId,
    reference_id: String,
    #[serde(rename = "type")]
    kind: OrderKind,
    organisation_id: OrganisationId,
    integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    order_datetime: Timestamp,
    order_number: Option<String>,
    order_subtotal_amount_in_cents: Option<u64>,
    order_currency: String,
    order_total_amount_in_cents: Option<u64>,
    order_status: OrderStatus,
    customer_email: Option<String>,
    items: Option<Vec<Item>>,
    is_subscription: Option<bool>,
    transactions: Vec<WholeTransaction>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transaction)]
struct WholeTransaction {
    #[serde(flatten)]
    echo: EchoTransaction,
    payment_method_reference_id: Option<String>,
    authorised_at: String,
    settled_at: Option<String>,
    payment_method_card_bin: Option<String>,
    authorisation_code: Option<String>,
    network_transaction_id: Option<String>,
    descriptor: Option<String>,
    refunded_amount_in_cents: Option<u64>,
    refunded_at: Option<Timestamp>,
}

/// An order as a batch's answer echoes it.
pub(super) fn echo(order: &Order) -> Shown<Echo> {
    let fields = Echo {
        id: order.id.clone(),
        reference_id: order.reference_id.clone(),
        kind: order.kind,
        organisation_id: order.organisation.clone(),
        integration_id: order.integration.clone(),
        created_at: order.created_at,
        transactions: order.transactions.iter().map(echoed).collect(),
    };
    Shown::at("/v1/orders", order.id.as_str(), order.version, fields)
}

/// An order in full.
pub(super) fn whole(order: &Order) -> Shown<Fields> {
    let fields = Fields {
        id: order.id.clone(),
        reference_id: order.reference_id.clone(),
        kind: order.kind,
        organisation_id: order.organisation.clone(),
        integration_id: order.integration.clone(),
        merchant_id: order.merchant_id.clone(),
        order_datetime: order.order_datetime,
        order_number: order.order_number.clone(),
        order_subtotal_amount_in_cents: order.order_subtotal_amount_in_cents,
        order_currency: order.order_currency.clone(),
        order_total_amount_in_cents: order.order_total_amount_in_cents,
        order_status: order.order_status,
        customer_email: order.customer_email.clone(),
        items: order.items.clone(),
        is_subscription: order.is_subscription,
        transactions: order.transactions.iter().map(in_full).collect(),
        created_at: order.created_at,
        updated_at: order.updated_at,
    };
    Shown::at("/v1/orders", order.id.as_str(), order.version, fields)
}

fn echoed(from: &Transaction) -> EchoTransaction {
    EchoTransaction {
        reference_id: from.reference_id.clone(),
        amount_in_cents: from.amount_in_cents,
        currency: from.currency.clone(),
        payment_method_type: from.payment_method_type,
        authorisation_status: from.authorisation_status,
        payment_method_card_brand: from.payment_method_card_brand.clone(),
        payment_method_card_last_4: from.payment_method_card_last_4.clone(),
        acquirer_reference_number: from.acquirer_reference_number.clone(),
    }
}

fn in_full(from: &Transaction) -> WholeTransaction {
    WholeTransaction {
        echo: echoed(from),
        payment_method_reference_id: from.payment_method_reference_id.clone(),
        authorised_at: written(from.authorised_at),
        settled_at: from.settled_at.map(written),
        payment_method_card_bin: from.payment_method_card_bin.clone(),
        authorisation_code: from.authorisation_code.clone(),
        network_transaction_id: from.network_transaction_id.clone(),
        descriptor: from.descriptor.clone(),
        refunded_amount_in_cents: from.refunded_amount_in_cents,
        refunded_at: from.refunded_at,
    }
}

//! Orders as responses: in full, and as a batch's response echoes orders.

use domain::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use domain::sale::order::{
    AuthorisationStatus, Order, OrderItem, OrderKind, OrderStatus, OrderTransaction, PaymentMethod,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use views::format_moment;

use crate::http::response::ResourceResponse;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderKept)]
pub(crate) struct OrderEchoFields {
    id: OrderId,
    reference_id: String,
    #[serde(rename = "type")]
    kind: OrderKind,
    organisation_id: OrganisationId,
    integration_id: IntegrationId,
    created_at: Timestamp,
    transactions: Vec<TransactionEcho>,
}

/// The eight fields of the documented response.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TransactionKept)]
struct TransactionEcho {
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
pub(crate) struct OrderFields {
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
    items: Option<Vec<OrderItem>>,
    is_subscription: Option<bool>,
    transactions: Vec<TransactionDetail>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transaction)]
struct TransactionDetail {
    #[serde(flatten)]
    echo: TransactionEcho,
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

/// Builds the echo of an order in a batch's response.
pub(super) fn to_echo_response(order: &Order) -> ResourceResponse<OrderEchoFields> {
    let fields = OrderEchoFields {
        id: order.id.clone(),
        reference_id: order.reference_id.clone(),
        kind: order.kind,
        organisation_id: order.organisation.clone(),
        integration_id: order.integration.clone(),
        created_at: order.created_at,
        transactions: order.transactions.iter().map(to_transaction_echo).collect(),
    };
    ResourceResponse::at_path("/v1/orders", order.id.as_str(), order.version, fields)
}

/// Builds the response for an order in full.
pub(super) fn to_response(order: &Order) -> ResourceResponse<OrderFields> {
    let fields = OrderFields {
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
        transactions: order.transactions.iter().map(to_transaction_detail).collect(),
        created_at: order.created_at,
        updated_at: order.updated_at,
    };
    ResourceResponse::at_path("/v1/orders", order.id.as_str(), order.version, fields)
}

fn to_transaction_echo(from: &OrderTransaction) -> TransactionEcho {
    TransactionEcho {
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

fn to_transaction_detail(from: &OrderTransaction) -> TransactionDetail {
    TransactionDetail {
        echo: to_transaction_echo(from),
        payment_method_reference_id: from.payment_method_reference_id.clone(),
        authorised_at: format_moment(from.authorised_at),
        settled_at: from.settled_at.map(format_moment),
        payment_method_card_bin: from.payment_method_card_bin.clone(),
        authorisation_code: from.authorisation_code.clone(),
        network_transaction_id: from.network_transaction_id.clone(),
        descriptor: from.descriptor.clone(),
        refunded_amount_in_cents: from.refunded_amount_in_cents,
        refunded_at: from.refunded_at,
    }
}

//! The request to cancel an open order whose payment is being refunded: the order, and the status
//! requested.

use domain::alert::Alert;
use domain::basics::id::{AlertId, IntegrationId, MerchantId, OrderId, OrganisationId};
use domain::sale::order::{Order, OrderStatus};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ResourceResponse;

/// The fields of the request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderCancelRequest)]
pub struct OrderCancelFields {
    id: OrderId,
    organisation_id: OrganisationId,
    integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    reference_id: String,
    order_number: Option<String>,
    order_status: OrderStatus,
    /// The status that a PATCH of the order must set once the order is stopped.
    requested_order_status: OrderStatus,
    alert_id: AlertId,
    integration_transaction_id: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Builds the request to stop an alert's order; none if the order is closed.
#[must_use]
pub fn to_cancel_request(
    alert: &Alert,
    order: Order,
) -> Option<ResourceResponse<OrderCancelFields>> {
    if !matches!(order.order_status, OrderStatus::OpenPending | OrderStatus::OpenPendingReturn) {
        return None;
    }
    let path = order.id.to_string();
    let fields = OrderCancelFields {
        id: order.id,
        organisation_id: order.organisation,
        integration_id: order.integration,
        merchant_id: order.merchant_id,
        reference_id: order.reference_id,
        order_number: order.order_number,
        order_status: order.order_status,
        requested_order_status: OrderStatus::ClosedCancelled,
        alert_id: alert.id.clone(),
        integration_transaction_id: alert.sale().map(|found| found.sale.transaction_id.clone()),
        created_at: order.created_at,
        updated_at: order.updated_at,
    };
    Some(ResourceResponse::at_path("/v1/orders", &path, order.version, fields))
}

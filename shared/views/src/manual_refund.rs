//! The view of a manual refund.

use domain::alert::{HistoryActor, ReturnMethod};
use domain::basics::id::{HandRefundId, IntegrationId, MerchantId, OrderId, OrganisationId};
use domain::refund::manual::{ManualRefund, ManualRefundState, ManualStepKind, RefundRefusal};
use domain::sale::{ProcessorRefund, RefundState};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ResourceResponse;
use super::alert_parts::ActorView;

/// The fields of a manual refund.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandRefund)]
pub struct ManualRefundFields {
    id: HandRefundId,
    organisation_id: OrganisationId,
    integration_transaction_id: String,
    integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    order_id: Option<OrderId>,
    status: ManualStepKind,
    /// The requested amount; null for the whole remainder.
    amount_in_cents: Option<u64>,
    currency: &'static str,
    reason: Option<String>,
    note: Option<String>,
    requested_by: ActorView,
    refund: Option<RefundResultView>,
    /// The reason that the processor was not called.
    refusal_reason: Option<RefundRefusal>,
    /// The processor's message; for `UNCONFIRMED`, the reason that no confirmation was possible.
    failure_reason: Option<String>,
    history: Vec<RefundStepView>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandRefundGiven)]
struct RefundResultView {
    id: String,
    amount_in_cents: u64,
    currency: &'static str,
    refunded_at: Timestamp,
    way: ReturnMethod,
    /// The acquirer's reference of the refund, once the processor reports the reference.
    arn: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandRefundStep)]
struct RefundStepView {
    version: u64,
    at: Timestamp,
    did: ManualStepKind,
    by: ActorView,
}

/// A refund of a payment, made by us or elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnownRefund)]
pub struct PaymentRefundView {
    id: String,
    amount_in_cents: u64,
    currency: &'static str,
    status: &'static str,
    failure_reason: Option<String>,
    /// The alert, or our manual refund, for which the refund was made.
    made_for: Option<String>,
    created_at: Timestamp,
    /// The acquirer's reference of the refund, once the processor reports the reference.
    arn: Option<String>,
}

/// Builds the view of a manual refund.
#[must_use]
pub fn to_refund_response(from: &ManualRefund) -> ResourceResponse<ManualRefundFields> {
    let (sale, wish) = (&from.sale, &from.wish);
    let steps = from.history.iter().map(|step| RefundStepView {
        version: step.version,
        at: step.at,
        did: step.did,
        by: ActorView::from_actor(&step.by),
    });
    let (refusal_reason, failure_reason) = failure_reasons(&from.state);
    let fields = ManualRefundFields {
        id: from.id.clone(),
        organisation_id: from.organisation.clone(),
        integration_transaction_id: sale.transaction_id.clone(),
        integration_id: sale
            .payment
            .as_ref()
            .map_or(&sale.integration, |payment| &payment.integration)
            .clone(),
        merchant_id: sale.merchant.clone(),
        order_id: sale.order.clone(),
        status: from.state.step_kind(),
        amount_in_cents: wish.amount.map(|amount| amount.minor),
        currency: sale.amount.currency.code(),
        reason: wish.reason.clone(),
        note: wish.note.clone(),
        requested_by: ActorView::from_actor(&HistoryActor::Person(wish.by.clone())),
        refund: from.refund().map(RefundResultView::from_refund),
        refusal_reason,
        failure_reason,
        history: steps.collect(),
        created_at: wish.at,
        updated_at: from.updated_at,
    };
    ResourceResponse::at_path("/v1/refunds", from.id.as_str(), from.version, fields)
}

/// Returns the reason that the processor was not called, and the reason that the processor did not
/// refund.
fn failure_reasons(state: &ManualRefundState) -> (Option<RefundRefusal>, Option<String>) {
    match state {
        ManualRefundState::Refused { why } => (Some(*why), None),
        ManualRefundState::Failed { reason } | ManualRefundState::Unconfirmed { reason, .. } => {
            (None, Some(reason.clone()))
        }
        ManualRefundState::Asked
        | ManualRefundState::Pending { .. }
        | ManualRefundState::Succeeded { .. } => (None, None),
    }
}

impl RefundResultView {
    fn from_refund(refund: &domain::alert::RefundRecord) -> Self {
        let (amount_in_cents, currency) = (refund.amount.minor, refund.amount.currency.code());
        Self {
            id: refund.id.clone(),
            amount_in_cents,
            currency,
            refunded_at: refund.at,
            way: refund.way,
            arn: refund.arn.clone(),
        }
    }
}

/// Builds the view of a payment's refund.
#[must_use]
pub fn to_payment_refund(seen: &ProcessorRefund) -> PaymentRefundView {
    let (status, failure_reason) = match &seen.state {
        RefundState::Pending => ("PENDING", None),
        RefundState::Succeeded => ("SUCCEEDED", None),
        RefundState::Failed(reason) => ("FAILED", Some(reason.clone())),
    };
    let (amount_in_cents, currency) = (seen.amount.minor, seen.amount.currency.code());
    PaymentRefundView {
        id: seen.id.clone(),
        amount_in_cents,
        currency,
        status,
        failure_reason,
        made_for: seen.alert.clone(),
        created_at: seen.at,
        arn: seen.arn.clone(),
    }
}

//! Refund results that a merchant reports for its own endpoint. A report triggers a read of the
//! endpoint's list; only the list counts.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::Integration;
use domain::account::enrolment::FieldError;
use domain::basics::id::IntegrationId;
use domain::refund::{RefundCause, parse_acquirer_reference};
use domain::sale::{RefundState, Sale};
use flows::problem::ProblemDetails;
use flows::refund_report::{RefundReport, apply_report};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::callback::no_callback;
use crate::http::body::{RequestBody, length_fault, refuse_card_number_in, refuse_faults};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::response::{ApiResult, to_retryable};
use crate::http::state::{ApiContext, SharedContext};

/// The longest stored reason.
const MOST_REASON: usize = 300;

/// The state of the refund, as the merchant reports.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = RefundResultStatus)]
enum ReportedRefundStatus {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRefundResult)]
pub(crate) struct CreateRefundResult {
    /// The `cause_id` of the refund request: the id of an alert or of a manual refund.
    cause_id: String,
    status: ReportedRefundStatus,
    /// The reason of a failure.
    reason: Option<String>,
    /// The acquirer reference number (ARN) of the credit, 23 or 24 digits: proof of the credit for
    /// a bank.
    acquirer_reference_number: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundResult)]
pub(crate) struct RefundResultResponse {
    integration_id: IntegrationId,
    refund_id: String,
    cause_id: String,
    status: ReportedRefundStatus,
}

/// Reports the result of a refund at the merchant's own endpoint.
///
/// The report triggers a read of the payment at the endpoint. The refunds that the endpoint lists
/// count, not the reported values.
#[utoipa::path(
    post, path = "/v1/integrations/{id}/refunds/{refund_id}", operation_id = "integrations_tell",
    request_body = CreateRefundResult,
    responses(
        (status = 200, body = RefundResultResponse), (status = 409, description = "CONFLICT"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["refunds:write"]))
)]
pub(crate) async fn tell(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path((id, refund_id)): Path<(String, String)>,
    request: Request,
) -> ApiResult<RefundResultResponse> {
    caller.require_ability("refunds:write")?;
    refuse_card_number_in("refund_id", &refund_id)?;
    let integration: Integration = caller.load_record(&api.store, &id, "integration").await?;
    let RequestBody {
        body: CreateRefundResult { cause_id, status, reason, acquirer_reference_number: arn },
        now,
    } = RequestBody::<CreateRefundResult>::read_request(request).await?;
    let too_long = reason.as_deref().and_then(|reason| length_fault("reason", reason, MOST_REASON));
    let arn =
        arn.map(|text| parse_acquirer_reference(&text).ok_or_else(reference_fault)).transpose();
    refuse_faults(too_long.into_iter().chain(arn.as_ref().err().cloned()).collect())?;
    let arn = arn.ok().flatten();
    if !integration.kind.is_merchant_endpoint() {
        return Err(no_callback().into());
    }
    let cause = find_cause(&api, &integration, &cause_id).await?;
    let word =
        RefundReport { cause, id: refund_id.clone(), state: to_refund_state(status, reason), arn };
    apply_report(&api.store, &api.processors, &integration, &word, now)
        .await
        .map_err(to_retryable)?;
    Ok(Json(RefundResultResponse { integration_id: integration.id, refund_id, cause_id, status }))
}

/// Looks up the cause, which must concern a payment at this integration.
async fn find_cause(
    api: &ApiContext,
    integration: &Integration,
    id: &str,
) -> Result<RefundCause, ProblemDetails> {
    let cause = RefundCause::from_mark(id);
    let sale: Option<Sale> = match &cause {
        Some(RefundCause::Alert(id)) => api
            .store
            .read_alert(id)
            .await?
            .and_then(|alert| alert.sale().map(|found| found.sale.clone())),
        Some(RefundCause::Hand(id)) => {
            api.store.read_manual_refund(id).await?.map(|asked| asked.sale)
        }
        None => None,
    };
    let own = sale
        .and_then(|sale| sale.payment)
        .is_some_and(|payment| payment.integration == integration.id);
    cause.filter(|_| own).ok_or_else(|| missing_reference("cause_id", "refund of this integration"))
}

fn reference_fault() -> FieldError {
    FieldError::new("acquirer_reference_number", "NOT_AN_ARN", "An ARN is 23 or 24 digits.")
}

fn to_refund_state(status: ReportedRefundStatus, reason: Option<String>) -> RefundState {
    match (status, reason) {
        (ReportedRefundStatus::Pending, _) => RefundState::Pending,
        (ReportedRefundStatus::Succeeded, _) => RefundState::Succeeded,
        (ReportedRefundStatus::Failed, reason) => {
            RefundState::Failed(reason.unwrap_or_else(|| "no reason is given".into()))
        }
    }
}

//! A person's declaration on a refund that the processor cannot confirm.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::FieldError;
use domain::account::person::Requester;
use domain::refund::manual::{ManualRefund, ManualStepKind};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use views::manual_refund::{ManualRefundFields, to_refund_response};

use super::{ManualRefundResponse, load_refund};
use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};

/// The longest reference, in characters.
const MOST_REFERENCE: usize = 255;

/// The declaration, after a look at the processor.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RefundDeclaration)]
pub(crate) struct DeclareRefund {
    status: DeclaredRefundStatus,
    /// The refund's id at its processor, if available.
    #[schema(max_length = 255)]
    refund_reference: Option<String>,
}

/// The result of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = RefundBecame)]
enum DeclaredRefundStatus {
    /// The money was returned.
    Succeeded,
    /// The money was not returned.
    Failed,
}

impl DeclareRefund {
    fn refuse_invalid(&self) -> Result<(), ProblemDetails> {
        let reference = self.refund_reference.as_deref();
        let of_nothing = self.status == DeclaredRefundStatus::Failed && reference.is_some();
        let faults = [
            reference.and_then(|text| length_fault("refund_reference", text, MOST_REFERENCE)),
            of_nothing.then(|| {
                FieldError::new("refund_reference", "NOT_TAKEN", "Goes with `SUCCEEDED` only.")
            }),
        ];
        refuse_faults(faults.into_iter().flatten().collect())
    }
}

/// Declares the result of an `UNCONFIRMED` refund.
///
/// Check the processor first: the declaration counts in the payment's ledger, and alerts about the
/// payment may be answered accordingly. A later contrary report from the processor takes
/// precedence.
#[utoipa::path(
    patch, path = "/v1/refunds/{id}", operation_id = "refunds_declare",
    request_body = DeclareRefund,
    responses((status = 200, body = ManualRefundResponse)), security(("bearer" = ["refunds:write"]))
)]
pub(crate) async fn declare(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<ManualRefundFields>> {
    caller.require_ability("refunds:write")?;
    let refund = load_refund(&api, &caller, id).await?;
    let RequestBody { body: word, now } =
        RequestBody::<DeclareRefund>::read_request(request).await?;
    word.refuse_invalid()?;
    let wanted = if word.status == DeclaredRefundStatus::Succeeded {
        ManualStepKind::Succeeded
    } else {
        ManualStepKind::Failed
    };
    if refund.state.step_kind() == wanted {
        return Ok(Json(to_refund_response(&refund)));
    }
    if !refund.is_unconfirmed() {
        return Err(ProblemDetails::new(
            Code::Conflict,
            "Only what became of an `UNCONFIRMED` refund can be said.",
        )
        .into());
    }
    let said = refund.declare_result(
        word.status == DeclaredRefundStatus::Succeeded,
        word.refund_reference,
        Requester::from(caller.0.id.clone()),
        now,
    );
    keep_declaration(&api, &said, now).await?;
    Ok(Json(to_refund_response(&said)))
}

/// Writes the ledger first, in which a retry reads the declaration. A concurrent lease of the
/// ledger must end before.
async fn keep_declaration(
    api: &ApiContext,
    said: &ManualRefund,
    now: Timestamp,
) -> Result<(), ProblemDetails> {
    let ledger = api.store.read_ledger(&said.sale.id).await?;
    if ledger.leased_until(now).is_some() {
        return Err(ProblemDetails::new(
            Code::Conflict,
            "The payment is being looked at; try again in some minutes.",
        ));
    }
    if let Some((result, given)) = said.ledger_result() {
        api.store.commit_ledger(&ledger.settle_open_attempts(&said.id, &result, given)).await?;
    }
    Ok(api.store.commit_manual_refund(said).await?)
}

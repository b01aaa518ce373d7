//! The request for a refund, and the wait for its result.

use domain::account::enrolment::FieldError;
use domain::account::person::Requester;
use domain::basics::id::HandRefundId;
use domain::basics::money::Money;
use domain::refund::manual::{ManualRefund, ManualRefundRequest, ManualRefundState};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;

use super::named::NamedPayment;
use crate::http::body::{MOST_NOTE, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::owner::key_owner;
use crate::http::state::ApiContext;

/// The longest reason, in characters.
const MOST_REASON: usize = 255;
/// The poll interval while a response waits for the refund.
const LOOKS: Duration = Duration::from_millis(150);

/// A refund to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRefund)]
pub(crate) struct CreateRefund {
    /// The organisation of the payment, if the reference is ambiguous among several organisations.
    organisation_id: Option<String>,
    /// The whole remaining amount by default.
    amount_in_cents: Option<u64>,
    reason: Option<String>,
    note: Option<String>,
}

impl CreateRefund {
    /// Refuses a request that no payment could satisfy.
    pub fn refuse_invalid(&self) -> Result<(), ProblemDetails> {
        let zero = self.amount_in_cents == Some(0);
        let faults = [
            zero.then(|| {
                FieldError::new("amount_in_cents", "OUT_OF_RANGE", "Must be more than 0.")
            }),
            self.reason.as_deref().and_then(|text| length_fault("reason", text, MOST_REASON)),
            self.note.as_deref().and_then(|text| length_fault("note", text, MOST_NOTE)),
        ];
        refuse_faults(faults.into_iter().flatten().collect())
    }

    /// Returns the organisation in the request.
    pub fn named_organisation(&self) -> Option<&str> {
        self.organisation_id.as_deref()
    }
}

/// Builds the refund. A request with an idempotency key yields the same refund on every retry.
pub(super) fn build_refund(
    caller: &ApiCaller,
    payment: NamedPayment,
    new: CreateRefund,
    name: Option<&str>,
    now: Timestamp,
) -> Result<ManualRefund, ProblemDetails> {
    let NamedPayment { organisation, sale, is_held } = payment;
    if !is_held {
        return Err(no_processor(&sale.transaction_id));
    }
    let whole = sale.amount;
    if new.amount_in_cents.is_some_and(|minor| minor > whole.minor) {
        return Err(ProblemDetails::invalid_field(
            "amount_in_cents",
            "MORE_THAN_PAID",
            format!("Must not be more than the {whole} that were paid."),
        ));
    }
    let id = match name {
        Some(name) => HandRefundId::derived(&[&key_owner(&caller.0), sale.id.as_str(), name]),
        None => HandRefundId::from_seed(new_seed()?),
    };
    let amount = new.amount_in_cents.map(|minor| Money::new(minor, whole.currency));
    let wish = ManualRefundRequest {
        by: Requester::Key(caller.0.id.clone()),
        at: now,
        amount,
        reason: new.reason,
        note: new.note,
    };
    Ok(ManualRefund::from_request(id, organisation, sale, wish))
}

/// Accepts a retry of the stored request. Refuses a different request with the same idempotency
/// key.
pub(super) fn refuse_different(
    asked: &ManualRefund,
    there: &ManualRefund,
) -> Result<(), ProblemDetails> {
    if there.is_same_request(asked) {
        return Ok(());
    }
    Err(ProblemDetails::new(
        Code::IdempotencyKeyReused,
        format!("`{}` was asked for under this `Idempotency-Key`.", there.id),
    ))
}

/// Waits until the refund has left the state `Asked`, or until the timeout.
pub(super) async fn wait_for_outcome(
    api: &ApiContext,
    asked: ManualRefund,
) -> Result<ManualRefund, ProblemDetails> {
    let until = Instant::now() + api.waits;
    loop {
        let refund = api
            .store
            .read_manual_refund(&asked.id)
            .await?
            .ok_or_else(|| ProblemDetails::not_found("refund"))?;
        if refund.state != ManualRefundState::Asked || Instant::now() + LOOKS > until {
            return Ok(refund);
        }
        sleep(LOOKS).await;
    }
}

fn no_processor(transaction: &str) -> ProblemDetails {
    let detail = format!(
        "No enabled integration holds `{transaction}` at a processor that can be called; give it \
         back there yourself."
    );
    ProblemDetails::new(Code::NoProcessor, detail)
}

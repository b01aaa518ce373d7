//! Whether an integration works, as the worker that calls it finds out: noted with the integration,
//! by a write only where something changed.

use domain::account::{Integration, IntegrationOutage, ProcessorCall};
use domain::calls::lane::{CallLane, CallPace};
use jiff::Timestamp;
use partners::PartnerError;
use store::{Store, StoreError};

/// A processor that does not answer so many deliveries of a message is out of reach.
pub const DELIVERIES_TO_ANSWER: u32 = 3;

/// At the last delivery before the dead letters a processor that does not answer is left to
/// `deadline-sweep`, which asks again: what a tenant's endpoint does fills no dead letters.
pub const LAST_DELIVERY: u32 = 10;

/// The kind of outage that an error is.
#[must_use]
pub const fn outage_of_error(error: &PartnerError) -> IntegrationOutage {
    match error {
        PartnerError::Unauthorised => IntegrationOutage::CredentialsRefused,
        PartnerError::Refused { .. } => IntegrationOutage::RequestRefused,
        _ => IntegrationOutage::Unreachable,
    }
}

/// Notes that such calls with an integration fail.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn note_failure(
    store: &Store,
    used: &Integration,
    call: ProcessorCall,
    error: &PartnerError,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (code, message) = (outage_of_error(error), error.to_string());
    update_integration(store, used, |found| found.record_failure(call, code, &message, now)).await
}

/// Notes of a call with an integration that did not succeed whether it was answered: of silence, so
/// that others need not wait for the same, and of any answer, so that they may call.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn note_lane(
    store: &Store,
    used: &Integration,
    call: ProcessorCall,
    (error, pace): (&PartnerError, CallPace),
    now: Timestamp,
) -> Result<(), StoreError> {
    let message = error.to_string();
    match error {
        PartnerError::NoTime => Ok(()), // nobody was called
        silence if silence.is_unreachable() => {
            update_integration(store, used, |found| {
                found.record_unanswered_call(call, &message, now)
            })
            .await
        }
        _ if CallLane::after_answer(used.lane.as_ref(), pace) != used.lane => {
            update_integration(store, used, |found| found.record_answered_call(pace, now)).await
        }
        _ => Ok(()),
    }
}

/// Notes that such a call with an integration succeeded.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn note_success(
    store: &Store,
    used: &Integration,
    (call, pace): (ProcessorCall, CallPace),
    now: Timestamp,
) -> Result<(), StoreError> {
    if !used.is_changed_by_success(call, pace) {
        return Ok(());
    }
    update_integration(store, used, |found| found.record_successful_call(call, pace, now)).await
}

/// An integration that was changed meanwhile is left alone: the next call tells how it works now.
async fn update_integration<F>(store: &Store, used: &Integration, next: F) -> Result<(), StoreError>
where
    F: FnOnce(Integration) -> Option<Integration>,
{
    let found: Option<Integration> = store.read_record(used.id.as_str()).await?;
    let Some(next) = found.filter(|found| found.is_called_as(used)).and_then(next) else {
        return Ok(());
    };
    if let Some(detail) = &next.status_detail {
        tracing::warn!(
            integration = %next.id,
            code = detail.code.as_str(),
            "Integration fails: {}",
            detail.message
        );
    }
    match store.replace_record(&next).await {
        Err(StoreError::Conflict(_)) => Ok(()),
        done => done,
    }
}

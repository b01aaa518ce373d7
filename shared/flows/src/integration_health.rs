//! The health of an integration, noted by the workers that call the integration. Only a change is
//! written.

use domain::account::{Integration, IntegrationOutage, ProcessorCall};
use domain::calls::lane::{CallLane, CallPace};
use jiff::Timestamp;
use partners::PartnerError;
use store::{Store, StoreError};

/// The deliveries of a message without an answer after which the processor counts as unavailable.
pub const DELIVERIES_TO_ANSWER: u32 = 3;

/// The last delivery before the dead-letter queue. The message of a processor that does not answer
/// is then left to `deadline-sweep`: a tenant's endpoint must not fill the dead-letter queue.
pub const LAST_DELIVERY: u32 = 10;

/// Returns the kind of outage for an error.
#[must_use]
pub const fn outage_of_error(error: &PartnerError) -> IntegrationOutage {
    match error {
        PartnerError::Unauthorised => IntegrationOutage::CredentialsRefused,
        PartnerError::Refused { .. } => IntegrationOutage::RequestRefused,
        _ => IntegrationOutage::Unreachable,
    }
}

/// Notes a failed call at the integration.
///
/// # Errors
/// [`StoreError`] if the store does not answer.
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

/// Notes whether a failed call was answered. Silence counts towards the closure of the lane, which
/// spares other workers the wait; any answer reopens the lane.
///
/// # Errors
/// [`StoreError`] if the store does not answer.
pub async fn note_lane(
    store: &Store,
    used: &Integration,
    call: ProcessorCall,
    (error, pace): (&PartnerError, CallPace),
    now: Timestamp,
) -> Result<(), StoreError> {
    let message = error.to_string();
    match error {
        PartnerError::NoTime => Ok(()), // no call was made
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

/// Notes a successful call at the integration.
///
/// # Errors
/// [`StoreError`] if the store does not answer.
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

/// Updates the integration, unless the integration changed since the call. The next call then
/// reports the present state.
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

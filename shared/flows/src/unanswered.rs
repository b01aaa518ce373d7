//! Alerts at a processor that does not answer. The alert waits in the table, because a wait in the
//! queue would use up the receives of the message and fill the dead-letter queue.

use domain::alert::Alert;
use domain::alert::pipeline::PipelineStage;
use domain::basics::time::add_seconds;
use jiff::Timestamp;
use partners::PartnerError;
use store::Store;

use crate::StageFailure;
use runtime::MessageJob;

/// The first deferral of an alert.
const FIRST_SECONDS: i64 = 60;
/// The longest wait that a processor may request.
const MOST_TOLD_SECONDS: i64 = 3600;

/// Counts the attempts of a stage: the deliveries of this message, and the deferrals after a call.
#[must_use]
pub fn count_tries(job: &MessageJob, alert: &Alert) -> u32 {
    job.deliveries.saturating_add(alert.put_off.as_ref().map_or(0, |known| known.calls))
}

/// Returns the earliest time for the next call, by the processor's `Retry-After`.
#[must_use]
pub fn retry_time(error: &PartnerError, now: Timestamp) -> Timestamp {
    let told = match error {
        PartnerError::Throttled { retry_after_seconds: Some(seconds) } => {
            i64::try_from(*seconds).unwrap_or(MOST_TOLD_SECONDS)
        }
        _ => 0,
    };
    add_seconds(now, told.min(MOST_TOLD_SECONDS))
}

/// Defers the alert of a message. If the alert has left the stage, the message is retried like any
/// other failure.
///
/// # Errors
/// [`StageFailure`] if the store does not answer.
pub async fn put_off_alert(
    store: &Store,
    stage: PipelineStage,
    job: &MessageJob,
    error: PartnerError,
) -> Result<(), StageFailure> {
    let alert = match job.alert_id() {
        Some(id) => store.read_alert_at_stage(id, stage).await?,
        None => None,
    };
    let Some(alert) = alert else { return Err(error.into()) };
    tracing::warn!(alert = %alert.id, "Processor does not answer; the alert is left for a while: \
        {error}");
    let own = add_seconds(job.now, alert.next_wait(FIRST_SECONDS));
    let (to, was_called) = (own.max(retry_time(&error, job.now)), error != PartnerError::NoTime);
    Ok(store.commit(&alert.defer_until(to, was_called, job.now)).await?)
}

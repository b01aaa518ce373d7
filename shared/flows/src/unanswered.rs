//! A tenant's processor that does not answer: what its stage was asked for waits in the table,
//! where waiting burns no receive of a message and fills no dead letters.

use domain::alert::Alert;
use domain::alert::pipeline::PipelineStage;
use domain::basics::time::add_seconds;
use jiff::Timestamp;
use partners::PartnerError;
use store::Store;

use crate::StageFailure;
use runtime::MessageJob;

/// The first wait of an alert.
const FIRST_SECONDS: i64 = 60;
/// No processor is believed that asks to wait longer.
const MOST_TOLD_SECONDS: i64 = 3600;

/// How often a stage was tried: each message that was put off before counts as a delivery.
#[must_use]
pub fn count_tries(job: &MessageJob, alert: &Alert) -> u32 {
    job.deliveries.saturating_add(alert.put_off.as_ref().map_or(0, |known| known.calls))
}

/// From when on a processor may be asked again, by its own word.
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

/// Leaves the alert of a message for a while. A message whose alert waits for another stage by now
/// comes back, as any that fails.
///
/// # Errors
/// [`Failure`] where the store does not answer.
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

//! Re-reads the payment before a network is answered that no money was returned: another party may
//! have refunded meanwhile.

use domain::alert::Alert;
use flows::payment_lookup::reread_payment;
use flows::{ProcessorClients, StageFailure, integration_health};
use runtime::MessageJob;
use store::Store;

/// Returns the alert if its answer can be sent now; `None` if the money was returned meanwhile. In
/// that case the next message sends the new answer.
///
/// # Errors
/// [`StageFailure`] while the processor is unreachable, until shortly before the network's limit.
pub(crate) async fn unless_given_back(
    store: &Store,
    processors: &ProcessorClients,
    alert: Alert,
    job: &MessageJob,
) -> Result<Option<Alert>, StageFailure> {
    if !alert.reports_no_refund() {
        return Ok(Some(alert));
    }
    let now = job.now;
    let is_early = |alert: &Alert| now < alert.deadlines.last_call();
    match reread_payment(store, processors, &alert, now).await {
        Ok(None) => Ok(Some(alert)),
        Ok(Some(next)) => {
            tracing::info!(alert = %alert.id, "Money went back meanwhile");
            store.commit(&next).await?;
            Ok(None)
        }
        Err(StageFailure::Partner(error))
            if error.is_transient()
                && is_early(&alert)
                && job.deliveries >= integration_health::LAST_DELIVERY =>
        {
            tracing::warn!(alert = %alert.id, "Processor does not answer; the message is left to \
                the sweep: {error}");
            Ok(None)
        }
        Err(failure) if can_pass(&failure) && is_early(&alert) => Err(failure),
        Err(failure) => {
            tracing::warn!(alert = %alert.id, "Network is answered without a last look at the \
                payment: {failure}");
            Ok(Some(alert))
        }
    }
}

/// Checks whether a retry may help.
const fn can_pass(failure: &StageFailure) -> bool {
    match failure {
        StageFailure::Partner(error) => error.is_transient(),
        StageFailure::Missing(_) | StageFailure::Unreadable(_) => false,
        _ => true,
    }
}

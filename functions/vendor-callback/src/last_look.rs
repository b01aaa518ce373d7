//! Before a network hears that no money went back, the payment is read once more: somebody may have
//! given it back meanwhile.

use domain::alert::Alert;
use flows::payment_lookup::look;
use flows::{Failure, Processors, integration_health};
use runtime::Job;
use store::Store;

/// The alert whose answer can be given now; nothing where its money went back, so that it is told
/// otherwise by its next message.
///
/// # Errors
/// [`Failure`] while the processor is out of reach, until shortly before the network's limit.
pub(crate) async fn unless_given_back(
    store: &Store,
    processors: &Processors,
    alert: Alert,
    job: &Job,
) -> Result<Option<Alert>, Failure> {
    if !alert.tells_no_refund() {
        return Ok(Some(alert));
    }
    let now = job.now;
    let is_early = |alert: &Alert| now < alert.deadlines.last_call();
    match look(store, processors, &alert, now).await {
        Ok(None) => Ok(Some(alert)),
        Ok(Some(next)) => {
            tracing::info!(alert = %alert.id, "Money went back meanwhile");
            store.commit(&next).await?;
            Ok(None)
        }
        Err(Failure::Partner(error))
            if error.may_pass()
                && is_early(&alert)
                && job.deliveries >= integration_health::LAST_DELIVERY =>
        {
            tracing::warn!(alert = %alert.id, "Processor does not answer; the message is left to \
                the sweep: {error}");
            Ok(None)
        }
        Err(failure) if may_pass(&failure) && is_early(&alert) => Err(failure),
        Err(failure) => {
            tracing::warn!(alert = %alert.id, "Network is answered without a last look at the \
                payment: {failure}");
            Ok(Some(alert))
        }
    }
}

/// Whether waiting may help.
const fn may_pass(failure: &Failure) -> bool {
    match failure {
        Failure::Partner(error) => error.may_pass(),
        Failure::Missing(_) | Failure::Unreadable(_) => false,
        _ => true,
    }
}

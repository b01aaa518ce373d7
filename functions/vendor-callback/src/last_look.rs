//! Before a network hears that no money went back, the payment is read once more: somebody may have given it back meanwhile.

use domain::alert::Alert;
use jiff::Timestamp;
use runtime::look::look;
use runtime::{Failure, Processors};
use store::Store;

/// The alert whose answer can be given now; nothing where its money went back, so that it is told otherwise by its next message.
///
/// # Errors
/// [`Failure`] while the processor is out of reach, until shortly before the network's limit.
pub(crate) async fn unless_given_back(
    store: &Store,
    processors: &Processors,
    alert: Alert,
    now: Timestamp,
) -> Result<Option<Alert>, Failure> {
    if !alert.tells_no_refund() {
        return Ok(Some(alert));
    }
    match look(store, processors, &alert, now).await {
        Ok(None) => Ok(Some(alert)),
        Ok(Some(next)) => {
            tracing::info!(alert = %alert.id, "Money went back meanwhile");
            store.commit(&next).await?;
            Ok(None)
        }
        Err(failure) if may_pass(&failure) && now < alert.deadlines.last_call() => Err(failure),
        Err(failure) => {
            tracing::warn!(alert = %alert.id, "Network is answered without a last look at the payment: {failure}");
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

//! Quarantined payloads keep their deadlines: whoever may decide is told at the target, and what is
//! nobody's is answered in time.

use domain::basics::id::QuarantineId;
use domain::network::quarantine::{DueQuarantineStep, QuarantinedPayload};
use flows::quarantine::{QuarantineError, answer_as_unenrolled};
use flows::tenant_warning::warn_tenant;
use jiff::Timestamp;
use store::{Store, StoreError};

/// Does what is due of a payload by now.
pub(crate) async fn sweep_payload(
    store: &Store,
    id: &QuarantineId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((held, fell)) = store.read_quarantined(id).await?.and_then(|held| held.apply_due(now))
    else {
        return Ok(());
    };
    match fell {
        DueQuarantineStep::Look => store.replace_quarantined(&held).await,
        DueQuarantineStep::HandOver => {
            store.replace_quarantined(&held).await?;
            tracing::error!(
                quarantine = %id,
                "Quarantined: no payment tells whose it is, and {}",
                held.reason
            );
            Ok(())
        }
        DueQuarantineStep::Warn => {
            store.replace_quarantined(&held).await?;
            warn_undecided(&held);
            Ok(())
        }
        DueQuarantineStep::Close => close_at_limit(store, held, now).await,
    }
}

/// What one tenant may decide is told to that one, too.
fn warn_undecided(held: &QuarantinedPayload) {
    for organisation in held.concerned_organisations().into_iter().chain(&held.organisation) {
        warn_tenant(organisation, "QUARANTINE_WAITS", held.id.as_str(), &held.reason);
    }
    tracing::error!(
        quarantine = %held.id,
        "Quarantined payload waits past its target time: {}",
        held.reason
    );
}

/// The network is told that a descriptor is not ours where none ever fitted; anything else is a
/// person's, who did not decide.
async fn close_at_limit(
    store: &Store,
    held: QuarantinedPayload,
    now: Timestamp,
) -> Result<(), StoreError> {
    let closed = if held.is_unclaimed() {
        answer_as_unenrolled(store, held.clone(), now).await
    } else {
        Err(QuarantineError::Conflict(held.reason.clone()))
    };
    match closed {
        Ok(answered) => {
            store.replace_quarantined(&answered).await?;
            tracing::warn!(quarantine = %answered.id, "Nobody's descriptor: its network is told \
                so");
        }
        Err(QuarantineError::Store(error)) => return Err(error),
        Err(stays) => {
            store.replace_quarantined(&held).await?;
            tracing::error!(quarantine = %held.id, "Quarantined payload was not decided by its \
                deadline: {stays}");
        }
    }
    Ok(())
}

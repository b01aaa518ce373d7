//! Applies the deadlines of quarantined payloads. The parties that may decide are warned at the
//! target; an unowned payload is answered before the limit.

use domain::basics::id::QuarantineId;
use domain::network::quarantine::{DueQuarantineStep, QuarantinedPayload};
use flows::quarantine::{QuarantineError, answer_as_unenrolled};
use flows::tenant_warning::warn_tenant;
use jiff::Timestamp;
use store::{Store, StoreError};

/// Applies the due step of a payload.
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

/// Warns the operator and each organisation that may decide about the payload.
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

/// Closes a payload at its limit. If no enrolment ever matched, the network is answered that the
/// descriptor is not enrolled; otherwise a person should have decided, and an alarm is logged.
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

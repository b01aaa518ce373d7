//! Quarantine: a payload that could not be processed is assigned to an organisation, released or
//! discarded. Each action is a conditional write: of two concurrent actions, only the first
//! succeeds.

use domain::account::enrolment::{Enrolment, EnrolmentStatus};
use domain::account::{Organisation, VendorConnection};
use domain::alert::Alert;
use domain::basics::id::{AlertId, OrganisationId};
use domain::network::claim::Claim;
use domain::network::quarantine::{
    PayloadAssignment, QuarantineState, QuarantineWatch, QuarantinedPayload,
};
use jiff::Timestamp;
use store::{Store, StoreError};

use crate::intake::{enable_by_first_alert, receive_alert, vendor_time_zone};

mod nobodys;

pub use nobodys::answer_as_unenrolled;

/// The reason that a payload stays unchanged.
#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    /// The action conflicts with the state or the owner of the payload.
    #[error("{0}")]
    Conflict(String),
    /// The payload still cannot be read.
    #[error("it still cannot be worked: {0}")]
    Unreadable(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Assigns a quarantined payload to an organisation.
///
/// # Errors
/// [`QuarantineError`] if the payload has left quarantine, or the connection does not serve
/// organisations of this mode. An unreadable delivery without an alert id is refused, because
/// alerts of other organisations may be inside.
pub async fn assign_payload(
    store: &Store,
    held: QuarantinedPayload,
    to: &Organisation,
    by: String,
    now: Timestamp,
) -> Result<QuarantinedPayload, QuarantineError> {
    refuse_decided(&held)?;
    refuse_mode(to, &held)?;
    if held.vendor_alert_id.is_none() {
        return Err(QuarantineError::Conflict("it names no alert: it may hold others' too".into()));
    }
    let assigned = Some(PayloadAssignment { at: now, by });
    let watch = if matches!(held.watch, QuarantineWatch::Looking { .. }) {
        QuarantineWatch::Waiting
    } else {
        held.watch
    };
    replace_payload(
        store,
        QuarantinedPayload { organisation: Some(to.id.clone()), assigned, watch, ..held },
    )
    .await
}

/// Releases the alert to an enrolment, through the regular intake. A retry after a failure
/// continues the same release.
///
/// # Errors
/// [`QuarantineError`] if the payload cannot be read, was received for another organisation, or has
/// left quarantine in another way.
pub async fn release_payload(
    store: &Store,
    held: QuarantinedPayload,
    to: &Enrolment,
    by: String,
    now: Timestamp,
) -> Result<QuarantinedPayload, QuarantineError> {
    let begun =
        matches!(&held.fate, QuarantineState::Releasing { enrolment, .. } if *enrolment == to.id);
    if !begun {
        refuse_decided(&held)?;
    }
    refuse_foreign(store, &held, &to.organisation).await?;
    let (connection, claim) = read_claim(store, &held).await?;
    let alert = Alert::id_from_claim(&claim);
    refuse_taken(store, &alert, &to.organisation).await?;
    let fate = QuarantineState::Releasing { enrolment: to.id.clone(), at: now, by: by.clone() };
    let held = if begun {
        held
    } else {
        replace_payload(store, QuarantinedPayload { fate, ..held }).await?
    };
    let is_new =
        receive_alert(store, &connection, (to.organisation.clone(), to.id.clone()), claim, now)
            .await?;
    if is_new && to.status == EnrolmentStatus::Pending {
        enable_by_first_alert(store, &to.id, now).await;
    }
    refuse_taken(store, &alert, &to.organisation).await?;
    replace_payload(
        store,
        QuarantinedPayload { fate: QuarantineState::Released { alert, at: now, by }, ..held },
    )
    .await
}

/// Discards a quarantined payload.
///
/// # Errors
/// [`QuarantineError`] if the payload has left quarantine.
pub async fn discard_payload(
    store: &Store,
    held: QuarantinedPayload,
    why: String,
    by: String,
    now: Timestamp,
) -> Result<QuarantinedPayload, QuarantineError> {
    refuse_decided(&held)?;
    replace_payload(
        store,
        QuarantinedPayload { fate: QuarantineState::Discarded { at: now, by, why }, ..held },
    )
    .await
}

/// Stores the next version of the payload.
async fn replace_payload(
    store: &Store,
    mut changed: QuarantinedPayload,
) -> Result<QuarantinedPayload, QuarantineError> {
    changed.version = changed.version.saturating_add(1);
    store.replace_quarantined(&changed).await?;
    Ok(changed)
}

/// Reads the claim of a payload, and the connection of the delivery.
///
/// # Errors
/// [`QuarantineError`] if the payload cannot be read, or the connection no longer exists.
pub async fn read_claim(
    store: &Store,
    held: &QuarantinedPayload,
) -> Result<(VendorConnection, Claim), QuarantineError> {
    let gone = || QuarantineError::Conflict("its connection is gone".into());
    let connection = store.read_connection(&held.connection).await?.ok_or_else(gone)?;
    if let Ok(claim) = serde_json::from_str::<Claim>(&held.raw) {
        return Ok((connection, claim));
    }
    let (zone, now) = (vendor_time_zone(&connection), held.received_at);
    let read = partners::inbound::read_quarantined(connection.network, &held.raw, (&zone, now));
    let claim = read.map_err(|error| QuarantineError::Unreadable(error.why))?;
    Ok((connection, claim))
}

/// Refuses a payload that has left quarantine.
fn refuse_decided(held: &QuarantinedPayload) -> Result<(), QuarantineError> {
    match &held.fate {
        QuarantineState::Held => Ok(()),
        QuarantineState::Releasing { .. } => {
            Err(QuarantineError::Conflict("it is being released".into()))
        }
        QuarantineState::Released { .. } | QuarantineState::Discarded { .. } => {
            Err(QuarantineError::Conflict("it was released or discarded before".into()))
        }
        QuarantineState::Answered { .. } => Err(QuarantineError::Conflict(
            "its network was told that the descriptor is not ours".into(),
        )),
    }
}

/// Refuses an organisation of another mode than the connection's.
fn refuse_mode(
    organisation: &Organisation,
    held: &QuarantinedPayload,
) -> Result<(), QuarantineError> {
    let fits = organisation.can_use_connection(&held.connection);
    if fits {
        Ok(())
    } else {
        Err(QuarantineError::Conflict(
            "its connection is not for organisations of this mode".into(),
        ))
    }
}

/// Refuses a payload that is assigned to another organisation.
async fn refuse_foreign(
    store: &Store,
    held: &QuarantinedPayload,
    to: &OrganisationId,
) -> Result<(), QuarantineError> {
    if held.organisation.as_ref().is_some_and(|own| own != to) {
        return Err(QuarantineError::Conflict("it is assigned to another organisation".into()));
    }
    let gone = || QuarantineError::Conflict("the enrolment's organisation is gone".into());
    refuse_mode(&store.read_organisation(to).await?.ok_or_else(gone)?, held)
}

/// Refuses an alert that arrived again and was received for another organisation.
async fn refuse_taken(
    store: &Store,
    alert: &AlertId,
    to: &OrganisationId,
) -> Result<(), QuarantineError> {
    let there = store.read_alert(alert).await?;
    let others = there.is_some_and(|there| there.organisation != *to);
    if others {
        Err(QuarantineError::Conflict("the network's alert was taken in for somebody else".into()))
    } else {
        Ok(())
    }
}

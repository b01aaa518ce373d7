//! Quarantine: what could not be worked is handed to its organisation, worked after all, or
//! dropped. Each is one conditional write, so that of two who try one wins.

use domain::account::enrolment::{Enrolment, EnrolmentStatus};
use domain::account::{Connection, Organisation};
use domain::alert::Alert;
use domain::basics::id::{AlertId, OrganisationId};
use domain::network::claim::Claim;
use domain::network::quarantine::{Fate, Handed, Quarantined, Watch};
use jiff::Timestamp;
use store::{Store, StoreError};

use crate::intake::{first_alert_enables, receive, zone};

mod nobodys;

pub use nobodys::answer;

/// Why a payload stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum Stays {
    /// It does not fit what became of it, or whose it is.
    #[error("{0}")]
    Conflict(String),
    /// It still cannot be worked.
    #[error("it still cannot be worked: {0}")]
    Unreadable(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Hands a held payload to the organisation whose it is.
///
/// # Errors
/// [`Stays`] where it is held no more, its connection is not for organisations of this mode, or it
/// is a whole delivery that nobody could read: others' alerts may be in it.
pub async fn assign(
    store: &Store,
    held: Quarantined,
    to: &Organisation,
    by: String,
    now: Timestamp,
) -> Result<Quarantined, Stays> {
    refuse_over(&held)?;
    refuse_mode(to, &held)?;
    if held.vendor_alert_id.is_none() {
        return Err(Stays::Conflict("it names no alert: it may hold others' too".into()));
    }
    let assigned = Some(Handed { at: now, by });
    let watch =
        if matches!(held.watch, Watch::Looking { .. }) { Watch::Waiting } else { held.watch };
    next(store, Quarantined { organisation: Some(to.id.clone()), assigned, watch, ..held }).await
}

/// Works the alert for an enrolment, through the same intake as any other. Whoever asks for the
/// same again after a failure goes on where it was left.
///
/// # Errors
/// [`Stays`] where it cannot be read, was taken in for somebody else, or something else became of
/// it.
pub async fn release(
    store: &Store,
    held: Quarantined,
    to: &Enrolment,
    by: String,
    now: Timestamp,
) -> Result<Quarantined, Stays> {
    let begun = matches!(&held.fate, Fate::Releasing { enrolment, .. } if *enrolment == to.id);
    if !begun {
        refuse_over(&held)?;
    }
    refuse_foreign(store, &held, &to.organisation).await?;
    let (connection, claim) = readable(store, &held).await?;
    let alert = Alert::id_of(&claim);
    refuse_taken(store, &alert, &to.organisation).await?;
    let fate = Fate::Releasing { enrolment: to.id.clone(), at: now, by: by.clone() };
    let held = if begun { held } else { next(store, Quarantined { fate, ..held }).await? };
    let is_new =
        receive(store, &connection, (to.organisation.clone(), to.id.clone()), claim, now).await?;
    if is_new && to.status == EnrolmentStatus::Pending {
        first_alert_enables(store, &to.id, now).await;
    }
    refuse_taken(store, &alert, &to.organisation).await?;
    next(store, Quarantined { fate: Fate::Released { alert, at: now, by }, ..held }).await
}

/// Drops a held payload.
///
/// # Errors
/// [`Stays`] where it is held no more.
pub async fn discard(
    store: &Store,
    held: Quarantined,
    why: String,
    by: String,
    now: Timestamp,
) -> Result<Quarantined, Stays> {
    refuse_over(&held)?;
    next(store, Quarantined { fate: Fate::Discarded { at: now, by, why }, ..held }).await
}

async fn next(store: &Store, mut changed: Quarantined) -> Result<Quarantined, Stays> {
    changed.version = changed.version.saturating_add(1);
    store.replace_quarantined(&changed).await?;
    Ok(changed)
}

/// The claim that it holds, and the connection it came over.
///
/// # Errors
/// [`Stays`] where it cannot be read, or its connection is gone.
pub async fn readable(store: &Store, held: &Quarantined) -> Result<(Connection, Claim), Stays> {
    let gone = || Stays::Conflict("its connection is gone".into());
    let connection = store.connection(&held.connection).await?.ok_or_else(gone)?;
    if let Ok(claim) = serde_json::from_str::<Claim>(&held.raw) {
        return Ok((connection, claim));
    }
    let read = partners::ethoca::read_kept(&held.raw, &zone(&connection), held.received_at);
    let claim = read.map_err(|error| Stays::Unreadable(error.why))?;
    Ok((connection, claim))
}

fn refuse_over(held: &Quarantined) -> Result<(), Stays> {
    match &held.fate {
        Fate::Held => Ok(()),
        Fate::Releasing { .. } => Err(Stays::Conflict("it is being released".into())),
        Fate::Released { .. } | Fate::Discarded { .. } => {
            Err(Stays::Conflict("it was released or discarded before".into()))
        }
        Fate::Answered { .. } => {
            Err(Stays::Conflict("its network was told that the descriptor is not ours".into()))
        }
    }
}

fn refuse_mode(organisation: &Organisation, held: &Quarantined) -> Result<(), Stays> {
    let fits = organisation.may_use(&held.connection);
    if fits {
        Ok(())
    } else {
        Err(Stays::Conflict("its connection is not for organisations of this mode".into()))
    }
}

async fn refuse_foreign(
    store: &Store,
    held: &Quarantined,
    to: &OrganisationId,
) -> Result<(), Stays> {
    if held.organisation.as_ref().is_some_and(|own| own != to) {
        return Err(Stays::Conflict("it is assigned to another organisation".into()));
    }
    let gone = || Stays::Conflict("the enrolment's organisation is gone".into());
    refuse_mode(&store.organisation(to).await?.ok_or_else(gone)?, held)
}

/// The network's alert may have come again, and found its way to somebody else.
async fn refuse_taken(store: &Store, alert: &AlertId, to: &OrganisationId) -> Result<(), Stays> {
    let there = store.alert(alert).await?;
    let others = there.is_some_and(|there| there.organisation != *to);
    if others {
        Err(Stays::Conflict("the network's alert was taken in for somebody else".into()))
    } else {
        Ok(())
    }
}

//! Alerts whose search could not be made, or not wholly: noted as waiting, and searched for again
//! when an integration works.

use domain::alert::waiting::Waking;
use domain::alert::{Alert, Need, State};
use domain::matching::setup::Setup;
use domain::matching::{Candidate, Found};
use flows::Failure;
use jiff::Timestamp;
use store::{Store, StoreError};

/// How many alerts one message wakes.
const PAGE: i32 = 10;

/// Leaves the alert to a person, noted under its organisation, until its processor works. An alert
/// that waited for the same before is not written again.
pub(crate) async fn wait(
    store: &Store,
    setup: &Setup,
    alert: &Alert,
    why: Need,
    found: Found,
    now: Timestamp,
) -> Result<(), Failure> {
    store.put_waiting(alert).await?;
    // A pass that began before the row was there has not seen it: whatever ended the waiting since
    // then shows here.
    let integrations = store.records(&alert.organisation).await?;
    if !setup.is_called_through(&integrations) {
        return Err(StoreError::Conflict(alert.id.to_string()).into());
    }
    let same =
        matches!(alert.state(), State::ActionRequired { why: known, .. } if known.is_alike(&why));
    if same {
        return Ok(());
    }
    Ok(store.commit(&alert.clone().unsearched(why, candidates(found), now)?).await?)
}

/// Asks for another search of each alert on a page; the write of the page's end is the next page's
/// message.
pub(crate) async fn wake(store: &Store, waking: &Waking, now: Timestamp) -> Result<(), Failure> {
    let Some(integration) =
        store.record::<domain::account::Integration>(waking.integration.as_str()).await?
    else {
        return Ok(());
    };
    let began = waking.began.unwrap_or(now);
    let page = store.waiting(&integration.organisation, waking.after.as_ref(), PAGE).await?;
    for id in &page {
        let alert = store.alert(id).await?.filter(|alert| alert.moved_at <= began);
        if let Some(woken) = alert.and_then(|alert| alert.woken_by(waking, now)) {
            store.commit(&woken).await?;
        }
    }
    let is_last = i32::try_from(page.len()).is_ok_and(|length| length < PAGE);
    match page.last().filter(|_| !is_last) {
        Some(last) => {
            let next = Waking { after: Some(last.clone()), began: Some(began), ..waking.clone() };
            Ok(store.put_waking(&next, now).await?)
        }
        None => Ok(()),
    }
}

fn candidates(found: Found) -> Vec<Candidate> {
    match found {
        Found::One(one) => vec![*one],
        Found::Unsure { candidates, .. } => candidates,
        Found::Nothing => Vec::new(),
    }
}

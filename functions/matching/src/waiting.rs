//! Alerts with a failed or incomplete search: listed as waiting, and searched again when an
//! integration works.

use domain::alert::waiting::WaitingAlertScan;
use domain::alert::{Alert, ReviewReason};
use domain::matching::setup::EnrolmentSetup;
use domain::matching::{MatchCandidate, MatchResult};
use flows::StageFailure;
use jiff::Timestamp;
use store::{Store, StoreError};

/// The number of alerts that a message wakes.
const PAGE: i32 = 10;

/// Hands the alert to a person, and lists the alert as waiting for the processor. An alert that
/// already waits for the same reason is not written again.
pub(crate) async fn wait_for_processor(
    store: &Store,
    setup: &EnrolmentSetup,
    alert: &Alert,
    why: ReviewReason,
    found: MatchResult,
    now: Timestamp,
) -> Result<(), StageFailure> {
    store.put_waiting_alert(alert).await?;
    // A pass that began before this row existed has missed the alert. The integrations are read
    // again, for any change that has ended the wait since.
    let integrations = store.read_records(&alert.organisation).await?;
    if !setup.is_called_through(&integrations) {
        return Err(StoreError::Conflict(alert.id.to_string()).into());
    }
    let same = alert.review_reason().is_some_and(|known| known.is_alike(&why));
    if same {
        return Ok(());
    }
    Ok(store
        .commit(&alert.clone().record_incomplete_search(why, into_candidates(found), now)?)
        .await?)
}

/// Requests another search for each alert of a page. The write of the page's end is the message for
/// the next page.
pub(crate) async fn rematch_waiting(
    store: &Store,
    waking: &WaitingAlertScan,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let Some(integration) =
        store.read_record::<domain::account::Integration>(waking.integration.as_str()).await?
    else {
        return Ok(());
    };
    let began = waking.began.unwrap_or(now);
    let page =
        store.read_waiting_alerts(&integration.organisation, waking.after.as_ref(), PAGE).await?;
    for id in &page {
        let alert = store.read_alert(id).await?.filter(|alert| alert.moved_at <= began);
        if let Some(woken) = alert.and_then(|alert| alert.wake_for_integration(waking, now)) {
            store.commit(&woken).await?;
        }
    }
    let is_last = i32::try_from(page.len()).is_ok_and(|length| length < PAGE);
    match page.last().filter(|_| !is_last) {
        Some(last) => {
            let next = WaitingAlertScan {
                after: Some(last.clone()),
                began: Some(began),
                ..waking.clone()
            };
            Ok(store.put_waking_pass(&next, now).await?)
        }
        None => Ok(()),
    }
}

/// Returns the candidates of a match result.
fn into_candidates(found: MatchResult) -> Vec<MatchCandidate> {
    match found {
        MatchResult::One(one) => vec![*one],
        MatchResult::Unsure { candidates, .. } => candidates,
        MatchResult::Nothing => Vec::new(),
    }
}

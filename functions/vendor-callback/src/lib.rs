//! Tells the networks what was done: a batch of alerts, grouped by connection, as many a call as
//! the network takes.

mod last_look;

use std::collections::BTreeMap;

use domain::alert::pipeline::Stage;
use domain::alert::{Alert, Answer, Way};
use domain::basics::id::ConnectionId;
use flows::negative_list::{list_customer, lister};
use flows::tenant_warning::{is_at_own_endpoint, warn_tenant};
use flows::{Failure, Networks, Processors};
use futures_util::future::join_all;
use jiff::Timestamp;
use partners::{Network, OutgoingAnswer, PartnerError, Payer, Taken};
use runtime::Job;
use store::Store;

/// After so many deliveries the vendor is told all the same, though the customer could not be
/// listed.
const DELIVERIES_TO_LIST: u32 = 4;

/// The alerts of each connection, each with its place among the messages.
type Waiting = BTreeMap<ConnectionId, Vec<(usize, Alert)>>;

/// Alerts whose answer is due; each message has its own result, in the order given. Payments are
/// looked at all at the same time.
pub async fn handle(
    store: &Store,
    networks: &Networks,
    processors: &Processors,
    jobs: Vec<Job>,
) -> Vec<Result<(), Failure>> {
    let now = jobs.first().map_or(Timestamp::UNIX_EPOCH, |job| job.now);
    let due =
        join_all(jobs.iter().map(|job| Box::pin(read(store, networks, processors, job)))).await;
    let (mut results, waiting) = group_by_connection(due);
    for (connection, alerts) in waiting {
        for batch in alerts.chunks(Network::BATCH) {
            let told = tell(store, networks, &connection, batch, now).await;
            for ((place, _), result) in batch.iter().zip(told) {
                results[*place] = result;
            }
        }
    }
    results
}

/// The results until now, and the alerts that wait to be told.
fn group_by_connection(
    due: Vec<Result<Option<Alert>, Failure>>,
) -> (Vec<Result<(), Failure>>, Waiting) {
    let mut results: Vec<Result<(), Failure>> = Vec::with_capacity(due.len());
    let mut waiting = Waiting::new();
    for (place, read) in due.into_iter().enumerate() {
        results.push(match read {
            Ok(Some(alert)) => {
                waiting.entry(alert.connection.clone()).or_default().push((place, alert));
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(failure) => Err(failure),
        });
    }
    (results, waiting)
}

async fn read(
    store: &Store,
    networks: &Networks,
    processors: &Processors,
    job: &Job,
) -> Result<Option<Alert>, Failure> {
    let Some(id) = job.alert() else { return Ok(None) };
    let Some(alert) = store.due(id, Stage::VendorCallback).await? else { return Ok(None) };
    if alert
        .to_tell()
        .and_then(|done| done.refund)
        .is_some_and(|refund| refund.way == Way::Declared)
    {
        match declared(store, networks, &alert, job.now).await {
            Err(failure) if job.deliveries < DELIVERIES_TO_LIST => return Err(failure),
            Err(failure) => {
                tracing::error!(alert = %alert.id, "Customer could not be listed: {failure}");
            }
            Ok(()) => {}
        }
    }
    if alert.moved_at < alert.deadlines.limit {
        return last_look::unless_given_back(store, processors, alert, job).await;
    }
    // What became of its refund was known, or said, only after the network's limit.
    if alert.connection.is_simulated()
        || is_at_own_endpoint(store, alert.sale().map(|found| &found.sale)).await?
    {
        warn_tenant(
            &alert.organisation,
            "ANSWERED_TOO_LATE",
            alert.id.as_str(),
            "its refund was unconfirmed until the limit",
        );
    } else {
        tracing::error!(alert = %alert.id, "Answer could not be given before the limit");
    }
    store.commit(&alert.answered(Answer::TooLate, job.now)?).await?;
    Ok(None)
}

/// Money that a person gave back elsewhere: no stage before this one saw it, so the customer is
/// listed here.
async fn declared(
    store: &Store,
    networks: &Networks,
    alert: &Alert,
    now: Timestamp,
) -> Result<(), Failure> {
    match lister(store, alert).await? {
        Some(by) => {
            list_customer(store, networks.secrets(), alert, (by, Payer::default()), now).await
        }
        None => Ok(()),
    }
}

/// One call for up to a batch of alerts; a failure of the call is every alert's.
async fn tell(
    store: &Store,
    networks: &Networks,
    connection: &ConnectionId,
    batch: &[(usize, Alert)],
    now: Timestamp,
) -> Vec<Result<(), Failure>> {
    let taken = match ask(store, networks, connection, batch, now).await {
        Ok(taken) => taken,
        Err(failure) => {
            let reason = failure.to_string();
            let others = batch.iter().skip(1).map(|_| Err(Failure::NotTaken(reason.clone())));
            return std::iter::once(Err(failure)).chain(others).collect();
        }
    };
    let mut results = Vec::new();
    for (_, alert) in batch {
        let one =
            taken.iter().find(|(id, _)| *id == alert.claim.vendor_alert_id).map(|(_, taken)| taken);
        results.push(record(store, alert, one, now).await);
    }
    results
}

async fn ask(
    store: &Store,
    networks: &Networks,
    connection: &ConnectionId,
    batch: &[(usize, Alert)],
    now: Timestamp,
) -> Result<Vec<(String, Taken)>, Failure> {
    let connection = store
        .connection(connection)
        .await?
        .ok_or(Failure::Missing("the alert's vendor connection"))?;
    let network = networks.of(&connection, now).await?;
    let answers: Vec<OutgoingAnswer> =
        batch.iter().filter_map(|(_, alert)| answer(alert)).collect();
    match network.answer(&answers, now).await {
        Err(error @ PartnerError::Refused { .. }) => {
            tracing::error!(connection = %connection.id, "Network refuses a whole batch of \
                answers: {error}");
            Err(error.into())
        }
        other => Ok(other?),
    }
}

fn answer(alert: &Alert) -> Option<OutgoingAnswer> {
    let done = alert.to_tell()?;
    let refund = done.told_refund(&alert.claim);
    let stopped = refund.as_ref().map(|refund| refund.amount);
    let (vendor_alert_id, kind) = (alert.claim.vendor_alert_id.clone(), alert.claim.kind);
    Some(OutgoingAnswer {
        vendor_alert_id,
        kind,
        outcome: done.outcome,
        refund,
        stopped,
        at: alert.moved_at,
    })
}

/// The first final outcome is the one that counts: one that is there already is our own, its
/// acknowledgement lost.
async fn record(
    store: &Store,
    alert: &Alert,
    taken: Option<&Taken>,
    now: Timestamp,
) -> Result<(), Failure> {
    let answer = match taken {
        Some(Taken::Accepted | Taken::AlreadyAnswered) => Answer::Accepted,
        Some(Taken::Refused { reason, recoverable: true }) => {
            return Err(Failure::NotTaken(reason.clone()));
        }
        Some(Taken::Refused { reason, recoverable: false }) => {
            tracing::error!(alert = %alert.id, "Network refuses the answer for alert `{}`: \
                {reason}", alert.id);
            Answer::Refused(reason.clone())
        }
        None => return Err(Failure::NotTaken("the network's answer leaves the alert out".into())),
    };
    Ok(store.commit(&alert.clone().answered(answer, now)?).await?)
}

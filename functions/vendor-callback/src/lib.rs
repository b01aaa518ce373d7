//! Sends the answers about alerts to the networks: a batch of messages, grouped by connection, with
//! the largest batch that the network accepts per call.

mod last_look;

use std::collections::BTreeMap;

use domain::alert::pipeline::PipelineStage;
use domain::alert::{Alert, AnswerResult, ReturnMethod};
use domain::basics::id::ConnectionId;
use flows::negative_list::{find_lister, list_customer};
use flows::tenant_warning::{is_at_own_endpoint, warn_tenant};
use flows::{NetworkClients, ProcessorClients, StageFailure};
use futures_util::future::join_all;
use jiff::Timestamp;
use partners::{NetworkAnswerResult, NetworkClient, OutgoingAnswer, PartnerError, Payer};
use runtime::MessageJob;
use store::Store;

/// The deliveries of a message after which the answer is sent even if the customer could not be
/// listed on the negative list.
const DELIVERIES_TO_LIST: u32 = 4;

/// The alerts of each connection, each with its index among the messages.
type AlertsByConnection = BTreeMap<ConnectionId, Vec<(usize, Alert)>>;

/// Answers the due alerts; each message has its own result, in the given sequence. Payments are
/// re-read concurrently.
pub async fn handle(
    store: &Store,
    networks: &NetworkClients,
    processors: &ProcessorClients,
    jobs: Vec<MessageJob>,
) -> Vec<Result<(), StageFailure>> {
    let now = jobs.first().map_or(Timestamp::UNIX_EPOCH, |job| job.now);
    let due =
        join_all(jobs.iter().map(|job| Box::pin(read_due_alert(store, networks, processors, job))))
            .await;
    let (mut results, waiting) = group_by_connection(due);
    for (connection, alerts) in waiting {
        for batch in alerts.chunks(NetworkClient::BATCH) {
            let told = answer_batch(store, networks, &connection, batch, now).await;
            for ((place, _), result) in batch.iter().zip(told) {
                results[*place] = result;
            }
        }
    }
    results
}

/// Returns the results up to now, and the alerts to answer.
fn group_by_connection(
    due: Vec<Result<Option<Alert>, StageFailure>>,
) -> (Vec<Result<(), StageFailure>>, AlertsByConnection) {
    let mut results: Vec<Result<(), StageFailure>> = Vec::with_capacity(due.len());
    let mut waiting = AlertsByConnection::new();
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

async fn read_due_alert(
    store: &Store,
    networks: &NetworkClients,
    processors: &ProcessorClients,
    job: &MessageJob,
) -> Result<Option<Alert>, StageFailure> {
    let Some(id) = job.alert_id() else { return Ok(None) };
    let Some(alert) = store.read_alert_at_stage(id, PipelineStage::VendorCallback).await? else {
        return Ok(None);
    };
    if alert
        .unreported_settlement()
        .and_then(|done| done.refund)
        .is_some_and(|refund| refund.way == ReturnMethod::Declared)
    {
        match list_declared_customer(store, networks, &alert, job.now).await {
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
    record_too_late(store, alert, job.now).await?;
    Ok(None)
}

/// Records that the answer is too late: the refund's result was confirmed or declared only after
/// the network's limit.
async fn record_too_late(store: &Store, alert: Alert, now: Timestamp) -> Result<(), StageFailure> {
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
    Ok(store.commit(&alert.record_answer(AnswerResult::TooLate, now)?).await?)
}

/// Lists the customer of a declared refund. No earlier stage handled this refund; therefore the
/// customer is added to the negative list here.
async fn list_declared_customer(
    store: &Store,
    networks: &NetworkClients,
    alert: &Alert,
    now: Timestamp,
) -> Result<(), StageFailure> {
    match find_lister(store, alert).await? {
        Some(by) => {
            list_customer(store, networks.secrets(), alert, (by, Payer::default()), now).await
        }
        None => Ok(()),
    }
}

/// Answers up to a batch of alerts in a single call; a failure of the call fails every alert.
async fn answer_batch(
    store: &Store,
    networks: &NetworkClients,
    connection: &ConnectionId,
    batch: &[(usize, Alert)],
    now: Timestamp,
) -> Vec<Result<(), StageFailure>> {
    let taken = match send_answers(store, networks, connection, batch, now).await {
        Ok(taken) => taken,
        Err(failure) => {
            let reason = failure.to_string();
            let others = batch.iter().skip(1).map(|_| Err(StageFailure::NotTaken(reason.clone())));
            return std::iter::once(Err(failure)).chain(others).collect();
        }
    };
    let mut results = Vec::new();
    for (_, alert) in batch {
        let one =
            taken.iter().find(|(id, _)| *id == alert.claim.vendor_alert_id).map(|(_, taken)| taken);
        results.push(record_answer(store, alert, one, now).await);
    }
    results
}

async fn send_answers(
    store: &Store,
    networks: &NetworkClients,
    connection: &ConnectionId,
    batch: &[(usize, Alert)],
    now: Timestamp,
) -> Result<Vec<(String, NetworkAnswerResult)>, StageFailure> {
    let connection = store
        .read_connection(connection)
        .await?
        .ok_or(StageFailure::Missing("the alert's vendor connection"))?;
    let network = networks.network_of_connection(&connection, now).await?;
    let answers: Vec<OutgoingAnswer> =
        batch.iter().filter_map(|(_, alert)| to_network_answer(alert)).collect();
    match network.send_answers(&answers, now).await {
        Err(error @ PartnerError::Refused { .. }) => {
            tracing::error!(connection = %connection.id, "Network refuses a whole batch of \
                answers: {error}");
            Err(error.into())
        }
        other => Ok(other?),
    }
}

fn to_network_answer(alert: &Alert) -> Option<OutgoingAnswer> {
    let done = alert.unreported_settlement()?;
    let refund = done.reported_refund(&alert.claim);
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

/// Records the network's result. Only the first final outcome counts: an outcome that already
/// exists is ours, after a lost acknowledgement.
async fn record_answer(
    store: &Store,
    alert: &Alert,
    taken: Option<&NetworkAnswerResult>,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let answer = match taken {
        Some(NetworkAnswerResult::Accepted | NetworkAnswerResult::AlreadyAnswered) => {
            AnswerResult::Accepted
        }
        Some(NetworkAnswerResult::Refused { reason, recoverable: true }) => {
            return Err(StageFailure::NotTaken(reason.clone()));
        }
        Some(NetworkAnswerResult::Refused { reason, recoverable: false }) => {
            tracing::error!(alert = %alert.id, "Network refuses the answer for alert `{}`: \
                {reason}", alert.id);
            AnswerResult::Refused(reason.clone())
        }
        None => {
            return Err(StageFailure::NotTaken("the network's answer leaves the alert out".into()));
        }
    };
    Ok(store.commit(&alert.clone().record_answer(answer, now)?).await?)
}

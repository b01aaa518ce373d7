//! Outgoing webhooks: renders each event once for all subscribed endpoints; a delivery is a single
//! signed POST.

mod deliver;
mod tell;

use std::time::Duration;

use flows::StageFailure;
use flows::secrets::SecretVault;
use partners::WebhookSender;
use runtime::{MessageJob, PipelineMessage};
use store::Store;
use tokio::task::JoinSet;

/// The dependencies of deliveries.
#[derive(Debug, Clone)]
pub struct WebhookWorker {
    pub store: Store,
    pub secrets: SecretVault,
    pub webhooks: WebhookSender,
    /// The time after which a receiver counts as slow.
    pub slow_after: Duration,
}

/// Processes events and deliveries, all of a batch concurrently: a slow receiver does not delay the
/// others.
pub async fn handle(desk: &WebhookWorker, jobs: Vec<MessageJob>) -> Vec<Result<(), StageFailure>> {
    let mut results: Vec<Result<(), StageFailure>> =
        jobs.iter().map(|_| Err(StageFailure::Missing("the job's end"))).collect();
    let mut working = JoinSet::new();
    for (place, job) in jobs.into_iter().enumerate() {
        let desk = desk.clone();
        working.spawn(async move { (place, Box::pin(work_message(&desk, job)).await) });
    }
    while let Some(done) = working.join_next().await {
        if let Ok((place, result)) = done {
            results[place] = result;
        }
    }
    results
}

async fn work_message(desk: &WebhookWorker, job: MessageJob) -> Result<(), StageFailure> {
    match job.message {
        PipelineMessage::Event(name) => tell::publish_event(&desk.store, &name, job.now).await,
        PipelineMessage::Delivery(id) => deliver::attempt_delivery(desk, &id, job.now).await,
        _ => Ok(()),
    }
}

//! Webhooks out: an event is rendered once and given to each endpoint that wants it; a delivery is
//! one signed POST.

mod deliver;
mod tell;

use std::time::Duration;

use flows::Failure;
use flows::secrets::Secrets;
use partners::Webhooks;
use runtime::{Job, Message};
use store::Store;
use tokio::task::JoinSet;

/// What deliveries need.
#[derive(Debug, Clone)]
pub struct Desk {
    pub store: Store,
    pub secrets: Secrets,
    pub webhooks: Webhooks,
    /// A receiver that takes longer is slow.
    pub slow_after: Duration,
}

/// Events and deliveries, all of a batch at the same time: one slow receiver does not hold up the
/// others.
pub async fn handle(desk: &Desk, jobs: Vec<Job>) -> Vec<Result<(), Failure>> {
    let mut results: Vec<Result<(), Failure>> =
        jobs.iter().map(|_| Err(Failure::Missing("the job's end"))).collect();
    let mut working = JoinSet::new();
    for (place, job) in jobs.into_iter().enumerate() {
        let desk = desk.clone();
        working.spawn(async move { (place, Box::pin(one(&desk, job)).await) });
    }
    while let Some(done) = working.join_next().await {
        if let Ok((place, result)) = done {
            results[place] = result;
        }
    }
    results
}

async fn one(desk: &Desk, job: Job) -> Result<(), Failure> {
    match job.message {
        Message::Event(name) => tell::tell(&desk.store, &name, job.now).await,
        Message::Delivery(id) => deliver::deliver(desk, &id, job.now).await,
        _ => Ok(()),
    }
}

//! The shell of a queue's reader: a batch in, the ids of the messages that must come back out.

use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::message::Job;
use crate::{Stopped, clock};

/// Why a message comes back.
pub trait Returns: std::error::Error + From<serde_json::Error> {
    /// Whether it is only a matter of waiting: another worker is at it, or wrote first.
    fn is_contention(&self) -> bool;
}

/// A batch as SQS gives it to a function.
#[derive(Debug, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
}

/// One message of a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    pub message_id: String,
    pub body: String,
    pub attributes: Attributes,
}

/// What SQS tells of a message.
#[derive(Debug, Deserialize)]
pub struct Attributes {
    #[serde(rename = "ApproximateReceiveCount")]
    pub receive_count: String,
}

/// The messages that must come back.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Returned {
    pub batch_item_failures: Vec<ItemFailure>,
}

/// One message that must come back.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    pub item_identifier: String,
}

/// Reads a queue, one message after the other; the handler is told when the invocation ends.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), Stopped>
where
    H: Fn(Job, Instant) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: Returns,
{
    let handle = &handle;
    let answer = |event: LambdaEvent<Batch>| {
        let ends = ends(&event.context);
        async move {
            Ok::<_, Stopped>(work(event.payload, clock::now(), &|job| handle(job, ends)).await)
        }
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Reads a queue in batches, for a partner who takes many at once.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve_batches<H, Fut, F>(handle: H) -> Result<(), Stopped>
where
    H: Fn(Vec<Job>, Instant) -> Fut,
    Fut: Future<Output = Vec<Result<(), F>>>,
    F: Returns,
{
    let handle = &handle;
    let answer = |event: LambdaEvent<Batch>| {
        let ends = ends(&event.context);
        async move {
            Ok::<_, Stopped>(
                work_batch(event.payload, clock::now(), &|jobs| handle(jobs, ends)).await,
            )
        }
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// When the invocation ends, as Lambda tells it.
fn ends(context: &Context) -> Instant {
    let left = context
        .deadline
        .saturating_sub(u64::try_from(clock::now().as_millisecond()).unwrap_or_default());
    Instant::now() + Duration::from_millis(left)
}

/// Reads a queue whose messages are another service's own.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve_foreign<H, Fut, F>(handle: H) -> Result<(), Stopped>
where
    H: Fn(String, Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: Returns,
{
    let answer = |event: LambdaEvent<Batch>| async {
        Ok::<_, Stopped>(work_foreign(event.payload, clock::now(), &handle).await)
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Works a batch of another service's messages; what they hold is in no log.
pub async fn work_foreign<H, Fut, F>(batch: Batch, now: Timestamp, handle: &H) -> Returned
where
    H: Fn(String, Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: Returns,
{
    let mut returned = Returned::default();
    for record in batch.records {
        let Err(failure) = Box::pin(handle(record.body, now)).await else { continue };
        tracing::warn!(
            message = record.message_id,
            failure = %chain(&failure),
            "Message returns: {failure}"
        );
        returned.batch_item_failures.push(ItemFailure { item_identifier: record.message_id });
    }
    returned
}

/// Works a batch one message after the other; a failure is logged here, once, and only its message
/// comes back.
pub async fn work<H, Fut, F>(batch: Batch, now: Timestamp, handle: &H) -> Returned
where
    H: Fn(Job) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: Returns,
{
    let mut returned = Returned::default();
    for record in batch.records {
        let done = match read(&record, now) {
            // boxed: the SDK's futures nest past the compiler's limit
            Ok(job) => Box::pin(handle(job)).await,
            Err(unreadable) => Err(unreadable.into()),
        };
        returned.unless_done(record, done);
    }
    returned
}

/// Works a batch as one.
pub async fn work_batch<H, Fut, F>(batch: Batch, now: Timestamp, handle: &H) -> Returned
where
    H: Fn(Vec<Job>) -> Fut,
    Fut: Future<Output = Vec<Result<(), F>>>,
    F: Returns,
{
    let mut returned = Returned::default();
    let (mut jobs, mut records) = (Vec::new(), Vec::new());
    for record in batch.records {
        match read(&record, now) {
            Ok(job) => {
                jobs.push(job);
                records.push(record);
            }
            Err(unreadable) => returned.unless_done(record, Err(F::from(unreadable))),
        }
    }
    let results = Box::pin(handle(jobs)).await;
    for (record, done) in records.into_iter().zip(results) {
        returned.unless_done(record, done);
    }
    returned
}

fn read(record: &Record, now: Timestamp) -> Result<Job, serde_json::Error> {
    let deliveries = record.attributes.receive_count.parse().unwrap_or(1);
    Ok(Job { message: serde_json::from_str(&record.body)?, now, deliveries })
}

impl Returned {
    fn unless_done<F: Returns>(&mut self, record: Record, done: Result<(), F>) {
        let Err(failure) = done else { return };
        if failure.is_contention() {
            tracing::info!(job = %record.body, "Message returns: {failure}");
        } else {
            tracing::warn!(
                job = %record.body,
                failure = %chain(&failure),
                "Message returns: {failure}"
            );
        }
        self.batch_item_failures.push(ItemFailure { item_identifier: record.message_id });
    }
}

/// An error with its sources, in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

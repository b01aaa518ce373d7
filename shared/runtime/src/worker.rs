//! The shell of a queue's worker: takes a batch, returns the ids of the messages to retry.

use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::message::MessageJob;
use crate::{FunctionStopped, clock};

/// The reason that a message is retried.
pub trait MessageFailure: std::error::Error + From<serde_json::Error> {
    /// Checks whether the failure is only contention: another worker has the lease, or wrote first.
    fn is_contention(&self) -> bool;
}

/// A batch, as SQS delivers batches.
#[derive(Debug, Deserialize)]
pub struct MessageBatch {
    #[serde(rename = "Records")]
    pub records: Vec<QueueRecord>,
}

/// A message of a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueRecord {
    pub message_id: String,
    pub body: String,
    pub attributes: RecordAttributes,
}

/// The attributes that SQS reports of a message.
#[derive(Debug, Deserialize)]
pub struct RecordAttributes {
    #[serde(rename = "ApproximateReceiveCount")]
    pub receive_count: String,
}

/// The messages to retry.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A message to retry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    pub item_identifier: String,
}

/// Reads a queue, message by message. The handler receives the end of the invocation.
///
/// # Errors
/// [`FunctionStopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(MessageJob, Instant) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: MessageFailure,
{
    let handle = &handle;
    let answer = |event: LambdaEvent<MessageBatch>| {
        let ends = invocation_end(&event.context);
        async move {
            Ok::<_, FunctionStopped>(
                process_each(event.payload, clock::current_time(), &|job| handle(job, ends)).await,
            )
        }
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Reads a queue in batches, for a partner that accepts many at once.
///
/// # Errors
/// [`FunctionStopped`] when the Lambda runtime ends.
pub async fn serve_batches<H, Fut, F>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(Vec<MessageJob>, Instant) -> Fut,
    Fut: Future<Output = Vec<Result<(), F>>>,
    F: MessageFailure,
{
    let handle = &handle;
    let answer = |event: LambdaEvent<MessageBatch>| {
        let ends = invocation_end(&event.context);
        async move {
            Ok::<_, FunctionStopped>(
                process_batch(event.payload, clock::current_time(), &|jobs| handle(jobs, ends))
                    .await,
            )
        }
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Returns the end of the invocation, by Lambda's deadline.
fn invocation_end(context: &Context) -> Instant {
    let left = context
        .deadline
        .saturating_sub(u64::try_from(clock::current_time().as_millisecond()).unwrap_or_default());
    Instant::now() + Duration::from_millis(left)
}

/// Reads a queue with messages in another service's own format.
///
/// # Errors
/// [`FunctionStopped`] when the Lambda runtime ends.
pub async fn serve_raw_bodies<H, Fut, F>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(String, Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: MessageFailure,
{
    let answer = |event: LambdaEvent<MessageBatch>| async {
        Ok::<_, FunctionStopped>(
            process_raw_bodies(event.payload, clock::current_time(), &handle).await,
        )
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Processes a batch of another service's messages. The content of the messages is never logged.
pub async fn process_raw_bodies<H, Fut, F>(
    batch: MessageBatch,
    now: Timestamp,
    handle: &H,
) -> BatchResponse
where
    H: Fn(String, Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: MessageFailure,
{
    let mut returned = BatchResponse::default();
    for record in batch.records {
        let Err(failure) = Box::pin(handle(record.body, now)).await else { continue };
        tracing::warn!(
            message = record.message_id,
            failure = %error_chain(&failure),
            "Message returns: {failure}"
        );
        returned.batch_item_failures.push(BatchItemFailure { item_identifier: record.message_id });
    }
    returned
}

/// Processes a batch, message by message. A failure is logged here, once, and only the failed
/// message is retried.
pub async fn process_each<H, Fut, F>(
    batch: MessageBatch,
    now: Timestamp,
    handle: &H,
) -> BatchResponse
where
    H: Fn(MessageJob) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: MessageFailure,
{
    let mut returned = BatchResponse::default();
    for record in batch.records {
        let done = match parse_record(&record, now) {
            // boxed: the SDK's futures nest past the compiler's limit
            Ok(job) => Box::pin(handle(job)).await,
            Err(unreadable) => Err(unreadable.into()),
        };
        returned.note_failure(record, done);
    }
    returned
}

/// Processes a batch as a unit.
pub async fn process_batch<H, Fut, F>(
    batch: MessageBatch,
    now: Timestamp,
    handle: &H,
) -> BatchResponse
where
    H: Fn(Vec<MessageJob>) -> Fut,
    Fut: Future<Output = Vec<Result<(), F>>>,
    F: MessageFailure,
{
    let mut returned = BatchResponse::default();
    let (mut jobs, mut records) = (Vec::new(), Vec::new());
    for record in batch.records {
        match parse_record(&record, now) {
            Ok(job) => {
                jobs.push(job);
                records.push(record);
            }
            Err(unreadable) => returned.note_failure(record, Err(F::from(unreadable))),
        }
    }
    let results = Box::pin(handle(jobs)).await;
    for (record, done) in records.into_iter().zip(results) {
        returned.note_failure(record, done);
    }
    returned
}

fn parse_record(record: &QueueRecord, now: Timestamp) -> Result<MessageJob, serde_json::Error> {
    let deliveries = record.attributes.receive_count.parse().unwrap_or(1);
    Ok(MessageJob { message: serde_json::from_str(&record.body)?, now, deliveries })
}

impl BatchResponse {
    fn note_failure<F: MessageFailure>(&mut self, record: QueueRecord, done: Result<(), F>) {
        let Err(failure) = done else { return };
        if failure.is_contention() {
            tracing::info!(job = %record.body, "Message returns: {failure}");
        } else {
            tracing::warn!(
                job = %record.body,
                failure = %error_chain(&failure),
                "Message returns: {failure}"
            );
        }
        self.batch_item_failures.push(BatchItemFailure { item_identifier: record.message_id });
    }
}

/// Formats an error with all sources, in a single line.
#[must_use]
pub fn error_chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

//! The shell of a queue's reader: a batch in, the ids of the messages that must come back out.

use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::message::MessageJob;
use crate::{FunctionStopped, clock};

/// Why a message comes back.
pub trait MessageFailure: std::error::Error + From<serde_json::Error> {
    /// Whether it is only a matter of waiting: another worker is at it, or wrote first.
    fn is_contention(&self) -> bool;
}

/// A batch as SQS gives it to a function.
#[derive(Debug, Deserialize)]
pub struct MessageBatch {
    #[serde(rename = "Records")]
    pub records: Vec<QueueRecord>,
}

/// One message of a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueRecord {
    pub message_id: String,
    pub body: String,
    pub attributes: RecordAttributes,
}

/// What SQS tells of a message.
#[derive(Debug, Deserialize)]
pub struct RecordAttributes {
    #[serde(rename = "ApproximateReceiveCount")]
    pub receive_count: String,
}

/// The messages that must come back.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// One message that must come back.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    pub item_identifier: String,
}

/// Reads a queue, one message after the other; the handler is told when the invocation ends.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
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

/// Reads a queue in batches, for a partner who takes many at once.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
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

/// When the invocation ends, as Lambda tells it.
fn invocation_end(context: &Context) -> Instant {
    let left = context
        .deadline
        .saturating_sub(u64::try_from(clock::current_time().as_millisecond()).unwrap_or_default());
    Instant::now() + Duration::from_millis(left)
}

/// Reads a queue whose messages are another service's own.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
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

/// Works a batch of another service's messages; what they hold is in no log.
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

/// Works a batch one message after the other; a failure is logged here, once, and only its message
/// comes back.
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

/// Works a batch as one.
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

/// An error with its sources, in one line.
#[must_use]
pub fn error_chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

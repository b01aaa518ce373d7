//! The shell of the table's stream: takes writes, returns the sequence number of the first write to
//! retry.

use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use crate::FunctionStopped;
use crate::worker::error_chain;

/// A batch of writes, as the stream delivers batches.
#[derive(Debug, Deserialize)]
pub struct TableWrites {
    #[serde(rename = "Records")]
    pub records: Vec<TableWrite>,
}

/// A write of the table.
#[derive(Debug, Deserialize)]
pub struct TableWrite {
    pub dynamodb: ItemImages,
}

/// The item before and after a write.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ItemImages {
    pub sequence_number: String,
    #[serde(default)]
    pub new_image: Option<Item>,
    #[serde(default)]
    pub old_image: Option<Item>,
}

/// The write from which the stream must be read again.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRetry {
    pub batch_item_failures: Vec<RetryPosition>,
}

/// The sequence number from which to read again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetryPosition {
    pub item_identifier: String,
}

/// Reads the stream.
///
/// # Errors
/// [`FunctionStopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(Vec<TableWrite>) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error,
{
    let answer = |event: LambdaEvent<TableWrites>| async {
        Ok::<_, FunctionStopped>(process_writes(event.payload, &handle).await)
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Processes a batch of writes as a unit: a message may be sent twice, but is never lost.
pub async fn process_writes<H, Fut, F>(writes: TableWrites, handle: &H) -> StreamRetry
where
    H: Fn(Vec<TableWrite>) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error,
{
    let first = writes.records.first().map(|write| write.dynamodb.sequence_number.clone());
    let Err(failure) = Box::pin(handle(writes.records)).await else {
        return StreamRetry::default();
    };
    tracing::warn!(failure = %error_chain(&failure), "Writes are read again: {failure}");
    StreamRetry {
        batch_item_failures: first
            .map(|item_identifier| RetryPosition { item_identifier })
            .into_iter()
            .collect(),
    }
}

//! The shell of the table's stream: writes in, the sequence number of the first that must come back
//! out.

use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use crate::FunctionStopped;
use crate::worker::error_chain;

/// A batch of writes as the stream gives it to a function.
#[derive(Debug, Deserialize)]
pub struct TableWrites {
    #[serde(rename = "Records")]
    pub records: Vec<TableWrite>,
}

/// One write of the table.
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

/// The write from which on the stream must be read again.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRetry {
    pub batch_item_failures: Vec<RetryPosition>,
}

/// Where to read again from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetryPosition {
    pub item_identifier: String,
}

/// Reads the stream.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
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

/// Works a batch of writes as one: messages may be sent twice, never not at all.
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

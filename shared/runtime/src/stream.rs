//! The shell of the table's stream: writes in, the sequence number of the first that must come back
//! out.

use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use crate::Stopped;
use crate::worker::chain;

/// A batch of writes as the stream gives it to a function.
#[derive(Debug, Deserialize)]
pub struct Writes {
    #[serde(rename = "Records")]
    pub records: Vec<Write>,
}

/// One write of the table.
#[derive(Debug, Deserialize)]
pub struct Write {
    pub dynamodb: Images,
}

/// The item before and after a write.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Images {
    pub sequence_number: String,
    #[serde(default)]
    pub new_image: Option<Item>,
    #[serde(default)]
    pub old_image: Option<Item>,
}

/// The write from which on the stream must be read again.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadAgain {
    pub batch_item_failures: Vec<From>,
}

/// Where to read again from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct From {
    pub item_identifier: String,
}

/// Reads the stream.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), Stopped>
where
    H: Fn(Vec<Write>) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error,
{
    let answer =
        |event: LambdaEvent<Writes>| async { Ok::<_, Stopped>(work(event.payload, &handle).await) };
    lambda_runtime::run(service_fn(answer)).await
}

/// Works a batch of writes as one: messages may be sent twice, never not at all.
pub async fn work<H, Fut, F>(writes: Writes, handle: &H) -> ReadAgain
where
    H: Fn(Vec<Write>) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error,
{
    let first = writes.records.first().map(|write| write.dynamodb.sequence_number.clone());
    let Err(failure) = Box::pin(handle(writes.records)).await else { return ReadAgain::default() };
    tracing::warn!(failure = %chain(&failure), "Writes are read again: {failure}");
    ReadAgain {
        batch_item_failures: first
            .map(|item_identifier| From { item_identifier })
            .into_iter()
            .collect(),
    }
}

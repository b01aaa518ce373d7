//! One write, its messages: the only sender to queues. What a write wakes, the domain says.

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::alert::Alert;
use domain::order::Order;
use domain::pipeline::Stage;
use runtime::env::{self, MissingVariable};
use runtime::stream::Write;
use runtime::worker::chain;
use runtime::{Failure, Message};
use serde::de::DeserializeOwned;
use serde_dynamo::Item;

/// What SQS takes in one call.
const BATCH: usize = 10;

/// The queues of the stages.
#[derive(Debug, Clone)]
pub struct Queues {
    pub client: Client,
    pub urls: HashMap<Stage, String>,
}

impl Queues {
    /// The queues that the environment names.
    ///
    /// # Errors
    /// [`MissingVariable`] where a stage's queue is not set.
    pub fn open(config: &aws_config::SdkConfig) -> Result<Self, MissingVariable> {
        let stages = [Stage::Matching, Stage::RulesetEvaluation, Stage::Refund, Stage::VendorCallback];
        let urls = stages.into_iter().map(|stage| Ok((stage, env::queue_url(stage)?))).collect::<Result<_, _>>()?;
        Ok(Self { client: Client::new(config), urls })
    }
}

/// Sends what a batch of writes wakes. A batch that fails is read again as a whole: workers do not mind a message twice.
///
/// # Errors
/// [`Failure`] where not all could be sent.
pub async fn handle(queues: &Queues, writes: Vec<Write>) -> Result<(), Failure> {
    let mut waiting: HashMap<Stage, Vec<Message>> = HashMap::new();
    for write in &writes {
        if let Some((stage, message)) = wakes(write) {
            waiting.entry(stage).or_default().push(message);
        }
    }
    for (stage, messages) in waiting {
        let url = queues.urls.get(&stage).ok_or(Failure::Missing("the stage's queue"))?;
        for batch in messages.chunks(BATCH) {
            send(&queues.client, url, batch).await?;
        }
    }
    Ok(())
}

fn wakes(write: &Write) -> Option<(Stage, Message)> {
    let (old, new) = (write.dynamodb.old_image.as_ref(), write.dynamodb.new_image.as_ref()?);
    match sort_key(new)? {
        "ALERT" => {
            let alert: Alert = read(new)?;
            let before: Option<Alert> = old.and_then(read);
            alert.wakes(before.as_ref()).map(|stage| (stage, Message::Alert(alert.id)))
        }
        "ORDER" if old.is_none() => read::<Order>(new).map(|order| (Stage::Matching, Message::Order(order.id))),
        _ => None,
    }
}

fn sort_key(item: &Item) -> Option<&str> {
    match item.get("sk")? {
        serde_dynamo::AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

/// A write that cannot be read must not block the stream; its alert is nudged by the sweep, and this says why.
fn read<T: DeserializeOwned>(item: &Item) -> Option<T> {
    let read = serde_dynamo::from_item(item.clone());
    read.inspect_err(|error| tracing::error!("A write of the table cannot be read: {error}")).ok()
}

async fn send(client: &Client, url: &str, messages: &[Message]) -> Result<(), Failure> {
    let mut request = client.send_message_batch().queue_url(url);
    for (place, message) in messages.iter().enumerate() {
        let entry = SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(message.body()?).build();
        request = request.entries(entry.map_err(|_| Failure::Missing("a message's body"))?);
    }
    let answer = request.send().await.map_err(|error| {
        tracing::warn!("Queue did not take a batch: {}", chain(&error));
        Failure::NotSent(messages.len())
    })?;
    if answer.failed.is_empty() { Ok(()) } else { Err(Failure::NotSent(answer.failed.len())) }
}

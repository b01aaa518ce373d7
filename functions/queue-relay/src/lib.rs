//! The relay: sends the messages of each write, as the only sender to the queues. The domain
//! decides which stage a write wakes.

mod messages;

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::alert::pipeline::PipelineStage;
use domain::basics::quotation::strip_quotation;
use flows::StageFailure;
use jiff::Timestamp;
use runtime::env::MissingVariable;
use runtime::stream::TableWrite;
use runtime::worker::error_chain;
use runtime::{PipelineMessage, env};
use serde::de::DeserializeOwned;
use serde_dynamo::Item;

use crate::messages::{messages_of_alert, messages_of_other_item};

/// The most messages of an SQS batch.
const BATCH: usize = 10;

/// The queues of the stages.
#[derive(Debug, Clone)]
pub struct StageQueues {
    pub client: Client,
    pub urls: HashMap<PipelineStage, String>,
}

impl StageQueues {
    /// Reads the URLs of the queues from the environment.
    ///
    /// # Errors
    /// [`MissingVariable`] if a stage's queue is not set.
    pub fn from_environment(config: &aws_config::SdkConfig) -> Result<Self, MissingVariable> {
        let urls = PipelineStage::ALL
            .into_iter()
            .map(|stage| Ok((stage, env::queue_url(stage)?)))
            .collect::<Result<_, _>>()?;
        Ok(Self { client: Client::new(config), urls })
    }
}

/// Sends the messages of a batch of writes. A failed batch is read again as a whole, because
/// workers tolerate a duplicate message.
///
/// # Errors
/// [`StageFailure`] if a message could not be sent.
pub async fn handle(
    queues: &StageQueues,
    writes: Vec<TableWrite>,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let mut waiting: HashMap<PipelineStage, Vec<GroupedMessage>> = HashMap::new();
    for write in &writes {
        let whose = message_group(write);
        for sent in messages_of_write(write, now) {
            waiting
                .entry(sent.stage)
                .or_default()
                .push(GroupedMessage { sent, whose: whose.clone() });
        }
    }
    for (stage, messages) in waiting {
        let url = queues.urls.get(&stage).ok_or(StageFailure::Missing("the stage's queue"))?;
        for batch in messages.chunks(BATCH) {
            send_batch(&queues.client, url, batch).await?;
        }
    }
    Ok(())
}

/// A message with a message group. In a standard queue with groups, a tenant's backlog has no
/// precedence over other tenants.
struct GroupedMessage {
    sent: StageMessage,
    whose: Option<String>,
}

/// A message to a stage.
struct StageMessage {
    stage: PipelineStage,
    message: PipelineMessage,
    /// The delay of the message in seconds.
    delay: i32,
}

impl From<(PipelineStage, PipelineMessage)> for StageMessage {
    fn from((stage, message): (PipelineStage, PipelineMessage)) -> Self {
        Self { stage, message, delay: 0 }
    }
}

/// Returns the message group of a write: the organisation, or the endpoint.
fn message_group(write: &TableWrite) -> Option<String> {
    let image = write.dynamodb.new_image.as_ref()?;
    text_attribute(image, "organisation")
        .or_else(|| text_attribute(image, "endpoint"))
        .map(ToOwned::to_owned)
}

/// Returns the messages of a write: to the stage that the write wakes, and to the subscribers of
/// events.
fn messages_of_write(write: &TableWrite, now: Timestamp) -> Vec<StageMessage> {
    let (old, Some(new)) = (write.dynamodb.old_image.as_ref(), write.dynamodb.new_image.as_ref())
    else {
        return Vec::new();
    };
    match text_attribute(new, "sk") {
        Some("ALERT") => read_item(new).map_or_else(Vec::new, |alert| {
            messages_of_alert(&alert, old.and_then(read_item).as_ref(), now)
        }),
        _ => messages_of_other_item(old, new).into_iter().map(StageMessage::from).collect(),
    }
}

fn text_attribute<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    match item.get(name)? {
        serde_dynamo::AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

/// Reads an item of the stream. An unreadable write must not block the stream: the error is logged,
/// and the sweep nudges the alert.
fn read_item<T: DeserializeOwned>(item: &Item) -> Option<T> {
    let read = serde_dynamo::from_item(item.clone());
    let said = |error: &serde_dynamo::Error| strip_quotation(&error.to_string());
    read.inspect_err(|error| {
        tracing::error!("A write of the table cannot be read: {}", said(error));
    })
    .ok()
}

/// Sends a batch of messages to a queue. An error counts the messages that the queue rejected.
async fn send_batch(
    client: &Client,
    url: &str,
    messages: &[GroupedMessage],
) -> Result<(), StageFailure> {
    let mut request = client.send_message_batch().queue_url(url);
    for (place, GroupedMessage { sent, whose }) in messages.iter().enumerate() {
        let entry = SendMessageBatchRequestEntry::builder()
            .id(place.to_string())
            .message_body(sent.message.to_json()?);
        let entry = entry
            .set_message_group_id(whose.clone())
            .set_delay_seconds((sent.delay > 0).then_some(sent.delay))
            .build();
        request = request.entries(entry.map_err(|_| StageFailure::Missing("a message's body"))?);
    }
    let answer = request.send().await.map_err(|error| {
        tracing::warn!("Queue did not take a batch: {}", error_chain(&error));
        StageFailure::NotSent(messages.len())
    })?;
    if answer.failed.is_empty() { Ok(()) } else { Err(StageFailure::NotSent(answer.failed.len())) }
}

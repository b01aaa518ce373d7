//! One write, its messages: the only sender to queues. What a write wakes, the domain says.

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::account::enrolment::Enrolment;
use domain::account::{Integration, Membership};
use domain::alert::Alert;
use domain::alert::pipeline::PipelineStage;
use domain::alert::waiting::WaitingAlertScan;
use domain::basics::quotation::strip_quotation;
use domain::network::quarantine::QuarantinedPayload;
use domain::notify::event::{EventKind, EventName, EventSubject};
use domain::notify::mail::{
    AlertMailName, ConfirmationMailName, EmailConsent, MailBacklog, OutageNoticeName,
};
use domain::notify::webhook::WebhookDelivery;
use domain::refund::manual::ManualRefund;
use domain::sale::order::Order;
use flows::StageFailure;
use jiff::Timestamp;
use runtime::env::MissingVariable;
use runtime::stream::TableWrite;
use runtime::worker::error_chain;
use runtime::{PipelineMessage, env};
use serde::de::DeserializeOwned;
use serde_dynamo::Item;

/// What the sort keys of enrolments begin with.
const ENROLMENT: &str = "ENRL#";
/// What the sort keys of integrations begin with.
const INTEGRATION: &str = "INT#";
/// What the sort keys of memberships begin with.
const MEMBERSHIP: &str = "MEM#";
/// What the sort keys of the answers of addresses' owners begin with.
const CONSENT: &str = "CONSENT#";
/// What SQS takes in one call.
const BATCH: usize = 10;

/// The queues of the stages.
#[derive(Debug, Clone)]
pub struct StageQueues {
    pub client: Client,
    pub urls: HashMap<PipelineStage, String>,
}

impl StageQueues {
    /// The queues that the environment names.
    ///
    /// # Errors
    /// [`MissingVariable`] where a stage's queue is not set.
    pub fn from_environment(config: &aws_config::SdkConfig) -> Result<Self, MissingVariable> {
        let urls = PipelineStage::ALL
            .into_iter()
            .map(|stage| Ok((stage, env::queue_url(stage)?)))
            .collect::<Result<_, _>>()?;
        Ok(Self { client: Client::new(config), urls })
    }
}

/// Sends what a batch of writes wakes. A batch that fails is read again as a whole: workers do not
/// mind a message twice.
///
/// # Errors
/// [`Failure`] where not all could be sent.
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

/// A message, and whose it is: a standard queue with groups gives a tenant's backlog no precedence
/// over the others'.
struct GroupedMessage {
    sent: StageMessage,
    whose: Option<String>,
}

/// A message to a stage.
struct StageMessage {
    stage: PipelineStage,
    message: PipelineMessage,
    /// The seconds after which the queue shows it.
    delay: i32,
}

impl From<(PipelineStage, PipelineMessage)> for StageMessage {
    fn from((stage, message): (PipelineStage, PipelineMessage)) -> Self {
        Self { stage, message, delay: 0 }
    }
}

/// The organisation that a write is of, or the endpoint.
fn message_group(write: &TableWrite) -> Option<String> {
    let image = write.dynamodb.new_image.as_ref()?;
    text_attribute(image, "organisation")
        .or_else(|| text_attribute(image, "endpoint"))
        .map(ToOwned::to_owned)
}

/// What a write sends: to the stage it wakes, and to whoever subscribed to what it says.
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

fn messages_of_other_item(old: Option<&Item>, new: &Item) -> Vec<(PipelineStage, PipelineMessage)> {
    match text_attribute(new, "sk") {
        Some("ORDER") => read_item(new)
            .map(|order: Order| (PipelineStage::OrderMatching, PipelineMessage::Order(order.id)))
            .into_iter()
            .collect(),
        Some("REFUND") => read_item(new).map_or_else(Vec::new, |refund| {
            messages_of_refund(&refund, old.and_then(read_item).as_ref())
        }),
        Some("DELIVERY") => read_item(new)
            .and_then(|delivery| message_of_delivery(delivery, old.and_then(read_item).as_ref()))
            .into_iter()
            .collect(),
        Some("QUARANTINE") => read_item(new)
            .and_then(|held| message_of_quarantined(held, old.and_then(read_item).as_ref()))
            .into_iter()
            .collect(),
        Some("BACKLOG") => read_item(new)
            .and_then(|backlog| message_of_backlog(backlog, old.and_then(read_item).as_ref()))
            .into_iter()
            .collect(),
        Some("WAKING") => read_item(new)
            .map(|waking: WaitingAlertScan| {
                (PipelineStage::Matching, PipelineMessage::Waiting(waking))
            })
            .into_iter()
            .collect(),
        Some(key) => messages_of_account_item(key, old, new),
        None => Vec::new(),
    }
}

/// What the write of a part of an account sends: the sort key of such a part begins with its kind.
fn messages_of_account_item(
    key: &str,
    old: Option<&Item>,
    new: &Item,
) -> Vec<(PipelineStage, PipelineMessage)> {
    if key.starts_with(ENROLMENT) {
        read_item(new)
            .and_then(|enrolment| message_of_enrolment(enrolment, old.and_then(read_item).as_ref()))
            .into_iter()
            .collect()
    } else if key.starts_with(INTEGRATION) {
        read_item(new).map_or_else(Vec::new, |integration| {
            messages_of_integration(&integration, old.and_then(read_item).as_ref())
        })
    } else if key.starts_with(MEMBERSHIP) {
        read_item(new)
            .and_then(|member| message_of_membership(&member, old.and_then(read_item).as_ref()))
            .into_iter()
            .collect()
    } else if key.starts_with(CONSENT) {
        read_item(new)
            .and_then(|consent| message_of_consent(consent, old.and_then(read_item).as_ref()))
            .into_iter()
            .collect()
    } else {
        Vec::new()
    }
}

fn messages_of_integration(
    integration: &Integration,
    before: Option<&Integration>,
) -> Vec<(PipelineStage, PipelineMessage)> {
    let id = || integration.id.clone();
    let waking = || {
        PipelineMessage::Waiting(WaitingAlertScan::for_integration(
            id(),
            integration.is_called_anew(before),
        ))
    };
    let waiting = integration.can_end_waiting(before).then(|| (PipelineStage::Matching, waking()));
    let said = integration
        .says(before)
        .map(|kind| event_message(EventSubject::Integration(id()), integration.version, kind));
    let notice = OutageNoticeName::from_integration_change(integration, before)
        .map(|name| (PipelineStage::EmailNotification, PipelineMessage::Notice(name)));
    waiting.into_iter().chain(said).chain(notice).collect()
}

fn message_of_membership(
    member: &Membership,
    before: Option<&Membership>,
) -> Option<(PipelineStage, PipelineMessage)> {
    let name = ConfirmationMailName::from_membership_change(member, before)?;
    Some((PipelineStage::EmailNotification, PipelineMessage::Confirmation(name)))
}

fn message_of_consent(
    consent: EmailConsent,
    before: Option<&EmailConsent>,
) -> Option<(PipelineStage, PipelineMessage)> {
    consent.is_given_since(before).then_some((
        PipelineStage::EmailNotification,
        PipelineMessage::Backlog(consent.organisation),
    ))
}

fn message_of_backlog(
    backlog: MailBacklog,
    before: Option<&MailBacklog>,
) -> Option<(PipelineStage, PipelineMessage)> {
    backlog.wakes(before).then_some((
        PipelineStage::EmailNotification,
        PipelineMessage::Backlog(backlog.organisation),
    ))
}

fn messages_of_alert(alert: &Alert, before: Option<&Alert>, now: Timestamp) -> Vec<StageMessage> {
    let queue = |stage| {
        if stage == PipelineStage::Refund && alert.is_in_slow_queue() {
            PipelineStage::SlowRefund
        } else {
            stage
        }
    };
    let woken = |stage| StageMessage {
        stage: queue(stage),
        message: PipelineMessage::Alert(alert.id.clone()),
        delay: alert.message_delay(now),
    };
    let stage = alert.wakes(before).map(woken);
    let said = alert
        .says(before)
        .into_iter()
        .map(|kind| event_message(EventSubject::Alert(alert.id.clone()), alert.version, kind));
    let mail = alert.mails(before).map(|kind| AlertMailName {
        alert: alert.id.clone(),
        version: alert.version,
        kind,
    });
    let mail = mail.map(|name| (PipelineStage::EmailNotification, PipelineMessage::Mail(name)));
    stage.into_iter().chain(said.chain(mail).map(StageMessage::from)).collect()
}

fn message_of_enrolment(
    enrolment: Enrolment,
    before: Option<&Enrolment>,
) -> Option<(PipelineStage, PipelineMessage)> {
    let kind = enrolment.says(before)?;
    Some(event_message(EventSubject::Enrolment(enrolment.id), enrolment.version, kind))
}

fn messages_of_refund(
    refund: &ManualRefund,
    before: Option<&ManualRefund>,
) -> Vec<(PipelineStage, PipelineMessage)> {
    let stage = refund
        .wakes(before)
        .then(|| (PipelineStage::Refund, PipelineMessage::Refund(refund.id.clone())));
    let said = refund
        .says(before)
        .map(|kind| event_message(EventSubject::Refund(refund.id.clone()), refund.version, kind));
    stage.into_iter().chain(said).collect()
}

fn message_of_delivery(
    delivery: WebhookDelivery,
    before: Option<&WebhookDelivery>,
) -> Option<(PipelineStage, PipelineMessage)> {
    let queue = if delivery.is_parted {
        PipelineStage::SlowWebhookDelivery
    } else {
        PipelineStage::WebhookDelivery
    };
    delivery.wakes(before).then_some((queue, PipelineMessage::Delivery(delivery.id)))
}

fn message_of_quarantined(
    held: QuarantinedPayload,
    before: Option<&QuarantinedPayload>,
) -> Option<(PipelineStage, PipelineMessage)> {
    held.wakes(before).then_some((PipelineStage::Matching, PipelineMessage::Contested(held.id)))
}

const fn event_message(
    subject: EventSubject,
    version: u64,
    kind: EventKind,
) -> (PipelineStage, PipelineMessage) {
    (PipelineStage::WebhookDelivery, PipelineMessage::Event(EventName { subject, version, kind }))
}

fn text_attribute<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    match item.get(name)? {
        serde_dynamo::AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

/// A write that cannot be read must not block the stream; its alert is nudged by the sweep, and
/// this says why.
fn read_item<T: DeserializeOwned>(item: &Item) -> Option<T> {
    let read = serde_dynamo::from_item(item.clone());
    let said = |error: &serde_dynamo::Error| strip_quotation(&error.to_string());
    read.inspect_err(|error| {
        tracing::error!("A write of the table cannot be read: {}", said(error));
    })
    .ok()
}

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

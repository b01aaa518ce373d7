//! One write, its messages: the only sender to queues. What a write wakes, the domain says.

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::account::enrolment::Enrolment;
use domain::account::{Integration, Membership};
use domain::alert::Alert;
use domain::alert::pipeline::Stage;
use domain::alert::waiting::Waking;
use domain::basics::quotation::without_quotation;
use domain::network::quarantine::Quarantined;
use domain::notify::event::{EventKind, EventName, Subject};
use domain::notify::mail::{Backlog, ConfirmationName, Consent, MailName, NoticeName};
use domain::notify::webhook::Delivery;
use domain::refund::manual::HandRefund;
use domain::sale::order::Order;
use flows::Failure;
use jiff::Timestamp;
use runtime::env::MissingVariable;
use runtime::stream::Write;
use runtime::worker::chain;
use runtime::{Message, env};
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
        let urls = Stage::ALL
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
pub async fn handle(queues: &Queues, writes: Vec<Write>, now: Timestamp) -> Result<(), Failure> {
    let mut waiting: HashMap<Stage, Vec<Posted>> = HashMap::new();
    for write in &writes {
        let whose = whose(write);
        for sent in sends(write, now) {
            waiting.entry(sent.stage).or_default().push(Posted { sent, whose: whose.clone() });
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

/// A message, and whose it is: a standard queue with groups gives a tenant's backlog no precedence
/// over the others'.
struct Posted {
    sent: Sent,
    whose: Option<String>,
}

/// A message to a stage.
struct Sent {
    stage: Stage,
    message: Message,
    /// The seconds after which the queue shows it.
    delay: i32,
}

impl From<(Stage, Message)> for Sent {
    fn from((stage, message): (Stage, Message)) -> Self {
        Self { stage, message, delay: 0 }
    }
}

/// The organisation that a write is of, or the endpoint.
fn whose(write: &Write) -> Option<String> {
    let image = write.dynamodb.new_image.as_ref()?;
    text_of(image, "organisation").or_else(|| text_of(image, "endpoint")).map(ToOwned::to_owned)
}

/// What a write sends: to the stage it wakes, and to whoever subscribed to what it says.
fn sends(write: &Write, now: Timestamp) -> Vec<Sent> {
    let (old, Some(new)) = (write.dynamodb.old_image.as_ref(), write.dynamodb.new_image.as_ref())
    else {
        return Vec::new();
    };
    match text_of(new, "sk") {
        Some("ALERT") => read(new)
            .map_or_else(Vec::new, |alert| of_alert(&alert, old.and_then(read).as_ref(), now)),
        _ => of_others(old, new).into_iter().map(Sent::from).collect(),
    }
}

fn of_others(old: Option<&Item>, new: &Item) -> Vec<(Stage, Message)> {
    match text_of(new, "sk") {
        Some("ORDER") => read(new)
            .map(|order: Order| (Stage::OrderMatching, Message::Order(order.id)))
            .into_iter()
            .collect(),
        Some("REFUND") => read(new)
            .map_or_else(Vec::new, |refund| of_refund(&refund, old.and_then(read).as_ref())),
        Some("DELIVERY") => read(new)
            .and_then(|delivery| of_delivery(delivery, old.and_then(read).as_ref()))
            .into_iter()
            .collect(),
        Some("QUARANTINE") => read(new)
            .and_then(|held| of_quarantined(held, old.and_then(read).as_ref()))
            .into_iter()
            .collect(),
        Some("BACKLOG") => read(new)
            .and_then(|backlog| of_backlog(backlog, old.and_then(read).as_ref()))
            .into_iter()
            .collect(),
        Some("WAKING") => read(new)
            .map(|waking: Waking| (Stage::Matching, Message::Waiting(waking)))
            .into_iter()
            .collect(),
        Some(key) => of_account(key, old, new),
        None => Vec::new(),
    }
}

/// What the write of a part of an account sends: the sort key of such a part begins with its kind.
fn of_account(key: &str, old: Option<&Item>, new: &Item) -> Vec<(Stage, Message)> {
    if key.starts_with(ENROLMENT) {
        read(new)
            .and_then(|enrolment| of_enrolment(enrolment, old.and_then(read).as_ref()))
            .into_iter()
            .collect()
    } else if key.starts_with(INTEGRATION) {
        read(new).map_or_else(Vec::new, |integration| {
            of_integration(&integration, old.and_then(read).as_ref())
        })
    } else if key.starts_with(MEMBERSHIP) {
        read(new)
            .and_then(|member| of_membership(&member, old.and_then(read).as_ref()))
            .into_iter()
            .collect()
    } else if key.starts_with(CONSENT) {
        read(new)
            .and_then(|consent| of_consent(consent, old.and_then(read).as_ref()))
            .into_iter()
            .collect()
    } else {
        Vec::new()
    }
}

fn of_integration(
    integration: &Integration,
    before: Option<&Integration>,
) -> Vec<(Stage, Message)> {
    let id = || integration.id.clone();
    let waking = || Message::Waiting(Waking::of(id(), integration.is_called_anew(before)));
    let waiting = integration.ends_waiting(before).then(|| (Stage::Matching, waking()));
    let said = integration
        .says(before)
        .map(|kind| told(Subject::Integration(id()), integration.version, kind));
    let notice = NoticeName::of(integration, before)
        .map(|name| (Stage::EmailNotification, Message::Notice(name)));
    waiting.into_iter().chain(said).chain(notice).collect()
}

fn of_membership(member: &Membership, before: Option<&Membership>) -> Option<(Stage, Message)> {
    let name = ConfirmationName::of(member, before)?;
    Some((Stage::EmailNotification, Message::Confirmation(name)))
}

fn of_consent(consent: Consent, before: Option<&Consent>) -> Option<(Stage, Message)> {
    consent
        .is_given_since(before)
        .then_some((Stage::EmailNotification, Message::Backlog(consent.organisation)))
}

fn of_backlog(backlog: Backlog, before: Option<&Backlog>) -> Option<(Stage, Message)> {
    backlog
        .wakes(before)
        .then_some((Stage::EmailNotification, Message::Backlog(backlog.organisation)))
}

fn of_alert(alert: &Alert, before: Option<&Alert>, now: Timestamp) -> Vec<Sent> {
    let queue =
        |stage| if stage == Stage::Refund && alert.is_parted() { Stage::SlowRefund } else { stage };
    let woken = |stage| Sent {
        stage: queue(stage),
        message: Message::Alert(alert.id.clone()),
        delay: alert.message_delay(now),
    };
    let stage = alert.wakes(before).map(woken);
    let said = alert
        .says(before)
        .into_iter()
        .map(|kind| told(Subject::Alert(alert.id.clone()), alert.version, kind));
    let mail = alert.mails(before).map(|kind| MailName {
        alert: alert.id.clone(),
        version: alert.version,
        kind,
    });
    let mail = mail.map(|name| (Stage::EmailNotification, Message::Mail(name)));
    stage.into_iter().chain(said.chain(mail).map(Sent::from)).collect()
}

fn of_enrolment(enrolment: Enrolment, before: Option<&Enrolment>) -> Option<(Stage, Message)> {
    let kind = enrolment.says(before)?;
    Some(told(Subject::Enrolment(enrolment.id), enrolment.version, kind))
}

fn of_refund(refund: &HandRefund, before: Option<&HandRefund>) -> Vec<(Stage, Message)> {
    let stage = refund.wakes(before).then(|| (Stage::Refund, Message::Refund(refund.id.clone())));
    let said = refund
        .says(before)
        .map(|kind| told(Subject::Refund(refund.id.clone()), refund.version, kind));
    stage.into_iter().chain(said).collect()
}

fn of_delivery(delivery: Delivery, before: Option<&Delivery>) -> Option<(Stage, Message)> {
    let queue =
        if delivery.is_parted { Stage::SlowWebhookDelivery } else { Stage::WebhookDelivery };
    delivery.wakes(before).then_some((queue, Message::Delivery(delivery.id)))
}

fn of_quarantined(held: Quarantined, before: Option<&Quarantined>) -> Option<(Stage, Message)> {
    held.wakes(before).then_some((Stage::Matching, Message::Contested(held.id)))
}

const fn told(subject: Subject, version: u64, kind: EventKind) -> (Stage, Message) {
    (Stage::WebhookDelivery, Message::Event(EventName { subject, version, kind }))
}

fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    match item.get(name)? {
        serde_dynamo::AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

/// A write that cannot be read must not block the stream; its alert is nudged by the sweep, and
/// this says why.
fn read<T: DeserializeOwned>(item: &Item) -> Option<T> {
    let read = serde_dynamo::from_item(item.clone());
    let said = |error: &serde_dynamo::Error| without_quotation(&error.to_string());
    read.inspect_err(|error| {
        tracing::error!("A write of the table cannot be read: {}", said(error));
    })
    .ok()
}

async fn send(client: &Client, url: &str, messages: &[Posted]) -> Result<(), Failure> {
    let mut request = client.send_message_batch().queue_url(url);
    for (place, Posted { sent, whose }) in messages.iter().enumerate() {
        let entry = SendMessageBatchRequestEntry::builder()
            .id(place.to_string())
            .message_body(sent.message.body()?);
        let entry = entry
            .set_message_group_id(whose.clone())
            .set_delay_seconds((sent.delay > 0).then_some(sent.delay))
            .build();
        request = request.entries(entry.map_err(|_| Failure::Missing("a message's body"))?);
    }
    let answer = request.send().await.map_err(|error| {
        tracing::warn!("Queue did not take a batch: {}", chain(&error));
        Failure::NotSent(messages.len())
    })?;
    if answer.failed.is_empty() { Ok(()) } else { Err(Failure::NotSent(answer.failed.len())) }
}

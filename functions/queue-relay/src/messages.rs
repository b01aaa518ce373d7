//! The messages of a write, by the kind of the item.

use domain::account::enrolment::Enrolment;
use domain::account::{Integration, Membership};
use domain::alert::Alert;
use domain::alert::pipeline::PipelineStage;
use domain::alert::waiting::WaitingAlertScan;
use domain::network::quarantine::QuarantinedPayload;
use domain::notify::event::{EventKind, EventName, EventSubject};
use domain::notify::mail::{
    AlertMailName, ConfirmationMailName, EmailConsent, MailBacklog, OutageNoticeName,
};
use domain::notify::webhook::WebhookDelivery;
use domain::refund::manual::ManualRefund;
use domain::sale::order::Order;
use jiff::Timestamp;
use runtime::PipelineMessage;
use serde_dynamo::Item;

use crate::{StageMessage, read_item, text_attribute};

/// The prefix of the sort keys of enrolments.
const ENROLMENT: &str = "ENRL#";
/// The prefix of the sort keys of integrations.
const INTEGRATION: &str = "INT#";
/// The prefix of the sort keys of memberships.
const MEMBERSHIP: &str = "MEM#";
/// The prefix of the sort keys of e-mail consents.
const CONSENT: &str = "CONSENT#";

/// Returns the messages of a write to an item other than an alert, by the sort key of the item.
pub(crate) fn messages_of_other_item(
    old: Option<&Item>,
    new: &Item,
) -> Vec<(PipelineStage, PipelineMessage)> {
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

/// Returns the messages of a write to a part of an account. The sort key of such a part begins with
/// the kind.
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

/// Returns the messages of an integration: a wake of the waiting alerts, an event, and a notice of
/// an outage.
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

/// Returns the request for a confirmation e-mail, if the write needs a confirmation of the address.
fn message_of_membership(
    member: &Membership,
    before: Option<&Membership>,
) -> Option<(PipelineStage, PipelineMessage)> {
    let name = ConfirmationMailName::from_membership_change(member, before)?;
    Some((PipelineStage::EmailNotification, PipelineMessage::Confirmation(name)))
}

/// Returns the wake of the e-mail backlog, once an address's owner consents.
fn message_of_consent(
    consent: EmailConsent,
    before: Option<&EmailConsent>,
) -> Option<(PipelineStage, PipelineMessage)> {
    consent.is_given_since(before).then_some((
        PipelineStage::EmailNotification,
        PipelineMessage::Backlog(consent.organisation),
    ))
}

/// Returns the wake of the e-mail backlog, if the write asks for a wake.
fn message_of_backlog(
    backlog: MailBacklog,
    before: Option<&MailBacklog>,
) -> Option<(PipelineStage, PipelineMessage)> {
    backlog.wakes(before).then_some((
        PipelineStage::EmailNotification,
        PipelineMessage::Backlog(backlog.organisation),
    ))
}

/// Returns the messages of an alert: to the next stage, to the subscribers, and to the members.
pub(crate) fn messages_of_alert(
    alert: &Alert,
    before: Option<&Alert>,
    now: Timestamp,
) -> Vec<StageMessage> {
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

/// Returns the event of an enrolment, if the write has an event.
fn message_of_enrolment(
    enrolment: Enrolment,
    before: Option<&Enrolment>,
) -> Option<(PipelineStage, PipelineMessage)> {
    let kind = enrolment.says(before)?;
    Some(event_message(EventSubject::Enrolment(enrolment.id), enrolment.version, kind))
}

/// Returns the messages of a manual refund: to the refund stage, and to the subscribers.
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

/// Returns the message of a webhook delivery, to the queue for quick or for slow receivers.
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

/// Returns the message of a contested payload, if the write asks for a search of the owner.
fn message_of_quarantined(
    held: QuarantinedPayload,
    before: Option<&QuarantinedPayload>,
) -> Option<(PipelineStage, PipelineMessage)> {
    held.wakes(before).then_some((PipelineStage::Matching, PipelineMessage::Contested(held.id)))
}

/// Builds the message of an event for the subscribers.
const fn event_message(
    subject: EventSubject,
    version: u64,
    kind: EventKind,
) -> (PipelineStage, PipelineMessage) {
    (PipelineStage::WebhookDelivery, PipelineMessage::Event(EventName { subject, version, kind }))
}

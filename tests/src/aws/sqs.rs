//! SQS: its JSON protocol over the queues.

mod attributes;
mod batch;
mod wire;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::queues::{Message, Queues, take_apart};
use attributes::{asked, attributes, changed, create, is_asked, url};
use batch::MAX_BYTES;
use wire::{Entry, Refusal, Request};

/// Answers one call.
pub(super) fn run(queues: &Queues, operation: &str, body: &str) -> Answer {
    let outcome = serde_json::from_str(body)
        .map_err(|error| Refusal::invalid(error.to_string()))
        .and_then(|request| dispatch(queues, operation, &request));
    match outcome {
        Ok(body) => Answer::done(&body),
        Err(refusal) => refusal.answer(),
    }
}

/// What a call is about: its queue.
pub(super) fn subject(body: &str) -> String {
    let request: Request = serde_json::from_str(body).unwrap_or_default();
    request.queue().to_owned()
}

const MAX_DELAY_SECONDS: i64 = 15 * 60;
const MAX_VISIBILITY_SECONDS: i64 = 12 * 60 * 60;

fn dispatch(queues: &Queues, operation: &str, request: &Request) -> Result<Value, Refusal> {
    let name = request.queue();
    if operation == "CreateQueue" {
        return create(queues, request);
    }
    let settings = queues.settings(name).ok_or_else(Refusal::no_queue)?;
    match operation {
        "GetQueueUrl" => Ok(json!({ "QueueUrl": url(name) })),
        "GetQueueAttributes" => {
            Ok(json!({ "Attributes": attributes(queues, name, &settings, request) }))
        }
        "SetQueueAttributes" => {
            queues.declare(name, &changed(queues, settings, &request.attributes)?);
            Ok(json!({}))
        }
        "SendMessage" => send(queues, name, &request.entry),
        "SendMessageBatch" => do_each(request, |entry| {
            if queues.take_refusal() { Err(Refusal::internal()) } else { send(queues, name, entry) }
        }),
        "ReceiveMessage" => receive(queues, name, request),
        "DeleteMessage" => delete(queues, &request.entry),
        "DeleteMessageBatch" => do_each(request, |entry| delete(queues, entry)),
        "ChangeMessageVisibility" => hide(queues, &request.entry),
        "ChangeMessageVisibilityBatch" => do_each(request, |entry| hide(queues, entry)),
        other => Err(Refusal::named(
            "UnsupportedOperation",
            "AWS.SimpleQueueService.UnsupportedOperation",
            other,
        )),
    }
}

/// Does each entry of a batch that is right as a whole.
fn do_each(
    request: &Request,
    each: impl FnMut(&Entry) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    batch::check(&request.entries)?;
    Ok(batch::run(&request.entries, each))
}

fn send(queues: &Queues, name: &str, entry: &Entry) -> Result<Value, Refusal> {
    let body = &entry.message_body;
    if body.is_empty() || body.len() > MAX_BYTES {
        return Err(Refusal::invalid(format!(
            "Value of {} bytes for parameter MessageBody is invalid.",
            body.len()
        )));
    }
    if body.contains(|c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r')) {
        return Err(Refusal::named(
            "InvalidMessageContents",
            "InvalidMessageContents",
            "a character is not allowed",
        ));
    }
    if entry.delay_seconds.is_some_and(|delay| !(0..=MAX_DELAY_SECONDS).contains(&delay)) {
        return Err(Refusal::invalid("Value for parameter DelaySeconds is invalid."));
    }
    let attributes = json!(entry.message_attributes).to_string();
    let id = queues.send_with(
        name,
        body,
        &attributes,
        entry.delay_seconds.map(|seconds| seconds * 1000),
    );
    queues.group(&id, entry.message_group_id.as_deref());
    Ok(json!({ "MessageId": id, "MD5OfMessageBody": md5_of(body) }))
}

fn receive(queues: &Queues, name: &str, request: &Request) -> Result<Value, Refusal> {
    let max = request.max_number_of_messages.unwrap_or(1);
    if !(1..=10).contains(&max) {
        return Err(Refusal::invalid(format!(
            "Value {max} for parameter MaxNumberOfMessages is invalid."
        )));
    }
    let hidden = request.entry.visibility_timeout.map(|seconds| seconds * 1000);
    let messages = queues.receive_for(name, max, hidden);
    Ok(json!({
        "Messages": messages.iter().map(|message| wire(message, request)).collect::<Vec<_>>()
    }))
}

fn wire(message: &Message, request: &Request) -> Value {
    let names = &request.message_system_attribute_names | &request.attribute_names;
    let system = [
        ("ApproximateReceiveCount", Some(message.receive_count.to_string())),
        ("SentTimestamp", Some(message.sent_at.to_string())),
        ("ApproximateFirstReceiveTimestamp", Some(message.first_received_at.to_string())),
    ];
    let sent: Map<String, Value> = serde_json::from_str(&message.attributes).unwrap_or_default();
    let sent =
        sent.into_iter().filter(|(name, _)| is_asked(name, &request.message_attribute_names));
    json!({
        "MessageId": message.id, "ReceiptHandle": message.receipt, "Body": message.body,
        "MD5OfBody": md5_of(&message.body), "Attributes": asked(system, &names),
        "MessageAttributes": sent.collect::<Map<_, _>>(),
    })
}

fn delete(queues: &Queues, entry: &Entry) -> Result<Value, Refusal> {
    take_apart(&entry.receipt_handle).ok_or_else(Refusal::no_receipt)?;
    // A receipt that another receive has overtaken is accepted and deletes nothing, as on AWS.
    let _deleted: bool = queues.delete(&entry.receipt_handle);
    Ok(json!({}))
}

fn hide(queues: &Queues, entry: &Entry) -> Result<Value, Refusal> {
    take_apart(&entry.receipt_handle).ok_or_else(Refusal::no_receipt)?;
    let seconds = entry.visibility_timeout.unwrap_or_default();
    if !(0..=MAX_VISIBILITY_SECONDS).contains(&seconds) {
        return Err(Refusal::invalid(format!(
            "Value {seconds} for parameter VisibilityTimeout is invalid."
        )));
    }
    if queues.hide(&entry.receipt_handle, seconds * 1000) {
        return Ok(json!({}));
    }
    let code = "AWS.SimpleQueueService.MessageNotInflight";
    Err(Refusal::named("MessageNotInflight", code, "the message is not in flight"))
}

fn md5_of(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}

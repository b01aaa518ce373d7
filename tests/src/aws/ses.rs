//! SES version 2, as far as one sends with it: REST with JSON.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde::Deserialize;
use serde_json::json;

use super::answer::Answer;
use super::mailbox::{Mail, Mailbox};

/// What the transport knows the service by.
pub(super) const NAME: &str = "ses";

/// What SES takes in one mail.
const MOST_RECIPIENTS: usize = 50;

/// The service and operation of a REST call.
pub(super) fn operation(request: &HttpRequest) -> (&'static str, &str) {
    let path = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    let path = path.find('/').map_or("/", |at| &path[at..]);
    match (request.method(), path) {
        ("POST", "/v2/email/outbound-emails") => (NAME, "SendEmail"),
        _ => ("", path),
    }
}

/// Answers one call.
pub(super) fn run(mailbox: &Mailbox, operation: &str, body: &str) -> Answer {
    if let Some((status, kind)) = mailbox.refusing() {
        return refusal(status, &kind, "Email address is not verified: reader@example.com");
    }
    match (operation, serde_json::from_str::<Request>(body)) {
        ("SendEmail", Ok(request)) => send(mailbox, request),
        ("SendEmail", Err(error)) => refusal(400, "BadRequestException", &error.to_string()),
        _ => refusal(404, "NotFoundException", operation),
    }
}

/// An error as REST has it: its kind is in a header.
pub(super) fn refusal(status: u16, kind: &str, message: &str) -> Answer {
    let mut answer = Answer::with(status, json!({ "message": message }).to_string());
    answer.headers.push((
        "x-amzn-errortype",
        format!("{kind}:http://internal.amazon.com/coral/com.amazonaws.services.simpleemailv2/"),
    ));
    answer.headers.push(("content-type", "application/json".into()));
    answer
}

fn send(mailbox: &Mailbox, request: Request) -> Answer {
    let Request {
        from_email_address: from,
        destination: Destination { to_addresses: to },
        content,
        configuration_set_name,
        email_tags,
    } = request;
    if to.is_empty()
        || to.len() > MOST_RECIPIENTS
        || !to.iter().chain([&from]).all(|address| is_address(address))
    {
        return refusal(400, "BadRequestException", "Illegal address");
    }
    let Simple { subject, body } = content.simple;
    let tags = email_tags.into_iter().map(|tag| (tag.name, tag.value)).collect();
    let (subject, text, html) = (subject.data, body.text.data, body.html.data);
    let mail = Mail {
        id: String::new(),
        at: 0,
        from,
        to,
        configuration_set: configuration_set_name,
        tags,
        subject,
        text,
        html,
    };
    if mail.subject.chars().any(char::is_control) {
        return refusal(400, "BadRequestException", "Control characters in the subject");
    }
    let mut answer = Answer::done(&json!({ "MessageId": mailbox.keep(mail) }));
    answer.headers.push(("content-type", "application/json".into()));
    answer
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !text.contains(char::is_whitespace)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    from_email_address: String,
    destination: Destination,
    content: Content,
    #[serde(default)]
    configuration_set_name: String,
    #[serde(default)]
    email_tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    to_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Simple,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Text,
    html: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data: String,
}

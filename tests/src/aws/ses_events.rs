//! The events that SES publishes of an e-mail, in the JSON in which `EventBridge` passes them on.

use serde_json::{Value, json};

use super::Mail;

/// When each event happened.
const AT: &str = "2026-02-17T10:00:01.000Z";

/// What became of an e-mail.
#[derive(Debug, Clone, Copy)]
pub enum Told {
    /// It came back: `Permanent`, `Transient` or `Undetermined`, and which kind of that.
    Bounced(&'static str, &'static str),
    /// Its reader reported it, with the feedback type that the mailbox provider gave.
    Complained(Option<&'static str>),
    /// The reader's mail server took it.
    Delivered,
    /// SES did not send it.
    Rejected,
    /// It is late.
    Delayed,
}

/// The event about an e-mail.
#[must_use]
pub fn event(mail: &Mail, told: Told) -> Value {
    let (kind, detail_type, name, own) = own(mail, told);
    let mut detail = json!({ "eventType": kind, "mail": sent(mail) });
    detail[name] = own;
    let set = &mail.configuration_set;
    let resource = format!("arn:aws:ses:eu-central-1:123456789012:configuration-set/{set}");
    json!({
        "version": "0", "id": "12a18625-3a2d-4b4e-8a37-1f0f6a1c3d5e", "detail-type": detail_type,
        "source": "aws.ses",
        "account": "123456789012", "time": "2026-02-17T10:00:01Z", "region": "eu-central-1",
        "resources": [resource],
        "detail": detail
    })
}

/// What the kind of event alone has: its name, `EventBridge`'s name for it, and its object under a
/// name.
fn own(mail: &Mail, told: Told) -> (&'static str, &'static str, &'static str, Value) {
    let to = &mail.to[0];
    match told {
        Told::Bounced(kind, sub) => ("Bounce", "Email Bounced", "bounce", bounce(to, kind, sub)),
        Told::Complained(feedback) => {
            ("Complaint", "Email Complaint Received", "complaint", complaint(to, feedback))
        }
        Told::Delivered => {
            let delivery = json!({
                "timestamp": AT, "processingTimeMillis": 1_000, "recipients": [to],
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": "mta.example.com"
            });
            ("Delivery", "Email Delivered", "delivery", delivery)
        }
        Told::Rejected => {
            ("Reject", "Email Rejected", "reject", json!({ "reason": "Bad content" }))
        }
        Told::Delayed => {
            let delay = json!({
                "delayType": "TransientCommunicationFailure", "expirationTime": AT, "timestamp": AT,
                "delayedRecipients": [{ "emailAddress": to }]
            });
            ("DeliveryDelay", "Email Delivery Delayed", "deliveryDelay", delay)
        }
    }
}

/// What came back of an e-mail to a reader whom the mail server does not know.
fn bounce(to: &str, kind: &str, sub: &str) -> Value {
    let recipient = json!({
        "emailAddress": to, "action": "failed", "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown"
    });
    json!({
        "feedbackId": "0100017c-bounce", "bounceType": kind, "bounceSubType": sub,
        "bouncedRecipients": [recipient],
        "timestamp": AT, "reportingMTA": "dsn; a8-50.smtp-out.amazonses.com"
    })
}

/// What a reader's mailbox provider reported.
fn complaint(to: &str, feedback: Option<&str>) -> Value {
    let mut complaint = json!({
        "feedbackId": "0100017c-complaint", "complaintSubType": null,
        "complainedRecipients": [{ "emailAddress": to }],
        "timestamp": AT, "userAgent": "Amazon SES Mailbox Simulator", "arrivalDate": AT
    });
    if let Some(feedback) = feedback {
        complaint["complaintFeedbackType"] = json!(feedback);
    }
    complaint
}

/// The e-mail, as each event describes it.
fn sent(mail: &Mail) -> Value {
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    let mut tags = json!({
        "ses:configuration-set": [mail.configuration_set], "ses:source-ip": ["192.0.2.0"],
        "ses:from-domain": ["forestall.example"],
        "ses:caller-identity": ["email-notification"]
    });
    for (name, value) in &mail.tags {
        tags[name] = json!([value]);
    }
    json!({
        "timestamp": "2026-02-17T10:00:00.000Z", "source": mail.from,
        "sourceArn": "arn:aws:ses:eu-central-1:123456789012:identity/forestall.example",
        "sendingAccountId": "123456789012", "messageId": mail.id, "destination": mail.to,
        "headersTruncated": false,
        "headers": [
            header("From", &mail.from), header("To", &mail.to[0]), header("Subject", &mail.subject)
        ],
        "commonHeaders": {
            "from": [mail.from], "to": mail.to, "messageId": mail.id, "subject": mail.subject
        },
        "tags": tags
    })
}

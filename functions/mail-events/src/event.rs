//! The events that SES publishes about sent e-mails, as `EventBridge` forwards these events:
//! <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>.

use std::collections::HashMap;

use domain::notify::mail::EmailSuppression;
use serde::Deserialize;

/// An event of `EventBridge`.
#[derive(Debug, Deserialize)]
pub(crate) struct MailEventEnvelope {
    pub detail: MailEvent,
}

/// An event of SES.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailEvent {
    event_type: String,
    pub mail: SentMailDetail,
    #[serde(default)]
    bounce: Option<BounceDetail>,
    #[serde(default)]
    complaint: Option<ComplaintDetail>,
}

/// The e-mail of an event.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentMailDetail {
    /// The original addresses: a bounce may name the address to which the mail was forwarded.
    pub destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BounceDetail {
    bounce_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ComplaintDetail {
    #[serde(default)]
    complaint_feedback_type: Option<String>,
}

/// The consequence of an event for the address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EventMeaning {
    /// The address is suppressed: no more mails.
    Ends(EmailSuppression),
    /// SES did not send the e-mail.
    Rejected,
    /// No change: delivered, delayed, or a temporary bounce.
    Nothing,
}

impl MailEvent {
    /// Returns the consequence: only a permanent bounce or a complaint suppresses the address. A
    /// full mailbox or an absence notice does not.
    pub fn to_meaning(&self) -> EventMeaning {
        let is_bounce = |bounce: &BounceDetail| bounce.bounce_type == "Permanent";
        // Some mailbox providers also report that a user removed a mail from the spam folder.
        let is_complaint = |complaint: &ComplaintDetail| {
            complaint.complaint_feedback_type.as_deref() != Some("not-spam")
        };
        match self.event_type.as_str() {
            "Bounce" if self.bounce.as_ref().is_some_and(is_bounce) => {
                EventMeaning::Ends(EmailSuppression::Bounced)
            }
            "Complaint" if self.complaint.as_ref().is_some_and(is_complaint) => {
                EventMeaning::Ends(EmailSuppression::Complained)
            }
            "Reject" => EventMeaning::Rejected,
            _ => EventMeaning::Nothing,
        }
    }
}

impl SentMailDetail {
    /// Returns a tag of the sent e-mail.
    pub fn tag_value(&self, name: &str) -> Option<&str> {
        self.tags.get(name)?.first().map(String::as_str)
    }
}

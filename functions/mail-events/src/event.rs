//! What SES publishes of an e-mail that left, as `EventBridge` passes it on:
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

/// The e-mail that it is about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentMailDetail {
    /// The addresses as they were written to: a bounce may name the one that mail was forwarded
    /// to.
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

/// What an event means for the address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EventMeaning {
    /// Nobody writes to it any more.
    Ends(EmailSuppression),
    /// SES did not send the e-mail.
    Rejected,
    /// Nothing: it arrived, is late, or came back for a time.
    Nothing,
}

impl MailEvent {
    /// What it means: a mailbox that is full, or out of office, is written to again; only what is
    /// permanent ends that.
    pub fn to_meaning(&self) -> EventMeaning {
        let is_bounce = |bounce: &BounceDetail| bounce.bounce_type == "Permanent";
        // Some mailbox providers also tell that a mail was taken out of the spam folder.
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
    /// A tag that the e-mail left with.
    pub fn tag_value(&self, name: &str) -> Option<&str> {
        self.tags.get(name)?.first().map(String::as_str)
    }
}

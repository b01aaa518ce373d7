//! E-mails to members about an alert that needs a decision, is resolved or is dismissed. A member
//! receives mails only if enabled, and after the address's owner has confirmed. The only mail to
//! any other address is the request for that consent.

mod alert;
mod backlog;
mod confirmation;
mod deliver;
mod letter;
mod notice;
mod outbox;
mod page_link;
mod recipients;

use flows::StageFailure;
use flows::secrets::SecretVault;
use jiff::Timestamp;
use runtime::{MessageJob, PipelineMessage};
use store::Store;

pub use outbox::{ConfigurationSets, MailOutbox};

/// The dependencies of the function.
#[derive(Debug, Clone)]
pub struct MailService {
    pub store: Store,
    pub secrets: SecretVault,
    /// The outgoing mail service; `None` in a stack without a sender.
    pub outbox: Option<MailOutbox>,
    /// The prefix of links.
    pub public_url: String,
}

/// The worker of a single message.
pub(crate) struct MailWorker<'a> {
    post: &'a MailService,
    outbox: &'a MailOutbox,
    now: Timestamp,
}

/// Mails each intended member who did not receive the mail before.
///
/// # Errors
/// [`StageFailure`] where the store or SES does not answer. A retry is idempotent: members who
/// already received the mail are skipped.
pub async fn handle(post: &MailService, job: MessageJob) -> Result<(), StageFailure> {
    let Some(outbox) = &post.outbox else { return Ok(()) };
    let desk = MailWorker { post, outbox, now: job.now };
    match &job.message {
        PipelineMessage::Mail(name) => alert::mail_alert(&desk, name).await,
        PipelineMessage::Notice(name) => notice::mail_notice(&desk, name).await,
        PipelineMessage::Confirmation(name) => confirmation::ask_for_consent(&desk, name).await,
        PipelineMessage::Backlog(organisation) => backlog::mail_backlog(&desk, organisation).await,
        _ => Ok(()),
    }
}

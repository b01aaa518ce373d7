//! E-mails: an alert that needs a person, is resolved or dismissed is told to each member who wants
//! to hear of it and whose address its owner has confirmed. Only the mail that asks for that goes
//! to anybody else.

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

/// What the function may touch.
#[derive(Debug, Clone)]
pub struct MailService {
    pub store: Store,
    pub secrets: SecretVault,
    /// Where e-mails leave; nowhere in a stack without a sender.
    pub outbox: Option<MailOutbox>,
    /// What links begin with.
    pub public_url: String,
}

/// One message at work.
pub(crate) struct MailWorker<'a> {
    post: &'a MailService,
    outbox: &'a MailOutbox,
    now: Timestamp,
}

/// Writes to each member who is to have this mail and has not had it.
///
/// # Errors
/// [`Failure`] where the store or SES does not answer; who had the mail by then does not get it
/// again.
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

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

use flows::Failure;
use flows::secrets::Secrets;
use jiff::Timestamp;
use runtime::{Job, Message};
use store::Store;

pub use outbox::{ConfigurationSets, Outbox};

/// What the function may touch.
#[derive(Debug, Clone)]
pub struct Post {
    pub store: Store,
    pub secrets: Secrets,
    /// Where e-mails leave; nowhere in a stack without a sender.
    pub outbox: Option<Outbox>,
    /// What links begin with.
    pub public_url: String,
}

/// One message at work.
pub(crate) struct Desk<'a> {
    post: &'a Post,
    outbox: &'a Outbox,
    now: Timestamp,
}

/// Writes to each member who is to have this mail and has not had it.
///
/// # Errors
/// [`Failure`] where the store or SES does not answer; who had the mail by then does not get it
/// again.
pub async fn handle(post: &Post, job: Job) -> Result<(), Failure> {
    let Some(outbox) = &post.outbox else { return Ok(()) };
    let desk = Desk { post, outbox, now: job.now };
    match &job.message {
        Message::Mail(name) => alert::tell(&desk, name).await,
        Message::Notice(name) => notice::tell(&desk, name).await,
        Message::Confirmation(name) => confirmation::ask(&desk, name).await,
        Message::Backlog(organisation) => backlog::tell(&desk, organisation).await,
        _ => Ok(()),
    }
}

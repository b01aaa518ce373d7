//! E-mails: an alert that needs a person, is resolved or dismissed is told to each member who wants to hear of it.

mod letter;
mod notice;
mod outbox;

use std::collections::HashSet;

use domain::account::{Membership, Organisation};
use domain::alert::Alert;
use domain::mail::MailName;
use jiff::Timestamp;
use runtime::link::Pass;
use runtime::secrets::Secrets;
use runtime::tenant::warn_tenant;
use runtime::{Failure, Job, Message};
use store::Store;
use store::mail::Fate;

use letter::Letter;
pub use outbox::Outbox;

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

/// Writes to each member who wants this mail and has not had it.
///
/// # Errors
/// [`Failure`] where the store or SES does not answer; who had the mail by then does not get it again.
pub async fn handle(post: &Post, job: Job) -> Result<(), Failure> {
    let Some(outbox) = &post.outbox else { return Ok(()) };
    let name = match &job.message {
        Message::Mail(name) => name,
        Message::Notice(name) => return notice::handle(post, outbox, name, job.now).await,
        _ => return Ok(()),
    };
    let alert = post.store.alert(&name.alert).await?.filter(|alert| alert.still_mails(name.kind, job.now));
    let Some(alert) = alert else { return Ok(()) };
    let Some(organisation) = post.store.organisation(&alert.organisation).await? else { return Ok(()) };
    let members: Vec<Membership> = post.store.records(&alert.organisation).await?;
    let mut users = HashSet::new(); // who is a member twice hears once
    for member in members.iter().filter(|member| name.kind.is_wanted_by(member) && users.insert(&member.user)) {
        if post.store.mail_fate(name, &member.id).await?.is_none() {
            let fate = post.write(outbox, name, &alert, &organisation, member, job.now).await?;
            post.store.keep_mail_fate(name, &member.id, fate, job.now).await?;
        }
    }
    Ok(())
}

/// An address that is none is the tenant's own: it is typed at will. All else is the sender's, and rings.
pub(crate) fn refused(member: &Membership, about: &str, code: &str) {
    if code == outbox::BAD_REQUEST {
        warn_tenant(&member.organisation, "MAIL_REFUSED", member.id.as_str(), about);
    } else {
        tracing::error!(about, member = %member.id, code, "E-mail was refused");
    }
}

impl Post {
    async fn write(
        &self,
        outbox: &Outbox,
        name: &MailName,
        alert: &Alert,
        organisation: &Organisation,
        member: &Membership,
        now: Timestamp,
    ) -> Result<Fate, Failure> {
        let secret = self.secrets.of_organisation(&self.store, &alert.organisation, now).await?;
        let (alert_id, user) = (alert.id.clone(), member.user.clone());
        let pass = Pass { alert: alert_id, member: member.id.clone(), user, until: alert.page_ends() };
        let link = format!("{}/v1/alert-pages/{}", self.public_url, pass.token(&secret));
        let letter = Letter::new(name.kind, alert, organisation, &link, now)?;
        let sent = outbox.send(&member.email, &letter).await?;
        let Some(code) = sent.refused else { return Ok(Fate::Sent) };
        refused(member, alert.id.as_str(), &code);
        Ok(Fate::Refused)
    }
}

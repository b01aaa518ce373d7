//! Whom a mail is for, and who of them may be written to.

use std::collections::HashSet;

use domain::account::Membership;
use domain::basics::id::OrganisationId;
use domain::notify::mail::EmailStatus;
use flows::StageFailure;
use flows::member_address::email_statuses;

use crate::MailWorker;

/// The members that a mail is for, each person once.
pub(crate) struct MailRecipients(Vec<(Membership, EmailStatus)>);

impl MailWorker<'_> {
    /// The members of an organisation whom a mail is for.
    pub async fn find_recipients(
        &self,
        organisation: &OrganisationId,
        wants: impl Fn(&Membership) -> bool,
    ) -> Result<MailRecipients, StageFailure> {
        let mut members: Vec<Membership> = self.post.store.read_records(organisation).await?;
        let mut users = HashSet::new(); // who is a member twice hears once
        members.retain(|member| wants(member) && users.insert(member.user.clone()));
        let statuses =
            email_statuses(&self.post.store, &self.post.secrets, &members, self.now).await?;
        Ok(MailRecipients(members.into_iter().zip(statuses).collect()))
    }
}

impl MailRecipients {
    /// Whether the mail is for nobody: such an organisation lives by the API alone.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those whose address is confirmed, and no others.
    pub fn confirmed_members(&self) -> impl Iterator<Item = &Membership> {
        self.0.iter().filter(|(_, status)| status.can_receive_mail()).map(|(member, _)| member)
    }

    /// Those whose address's owner has not answered.
    pub fn unconfirmed_members(&self) -> impl Iterator<Item = &Membership> {
        self.0
            .iter()
            .filter(|(_, status)| *status == EmailStatus::Unconfirmed)
            .map(|(member, _)| member)
    }
}

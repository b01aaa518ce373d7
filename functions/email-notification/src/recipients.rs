//! Whom a mail is for, and who of them may be written to.

use std::collections::HashSet;

use domain::account::Membership;
use domain::basics::id::OrganisationId;
use domain::notify::mail::EmailStatus;
use flows::Failure;
use flows::member_address::email_statuses;

use crate::Desk;

/// The members that a mail is for, each person once.
pub(crate) struct Recipients(Vec<(Membership, EmailStatus)>);

impl Desk<'_> {
    /// The members of an organisation whom a mail is for.
    pub async fn recipients(
        &self,
        organisation: &OrganisationId,
        wants: impl Fn(&Membership) -> bool,
    ) -> Result<Recipients, Failure> {
        let mut members: Vec<Membership> = self.post.store.records(organisation).await?;
        let mut users = HashSet::new(); // who is a member twice hears once
        members.retain(|member| wants(member) && users.insert(member.user.clone()));
        let statuses =
            email_statuses(&self.post.store, &self.post.secrets, &members, self.now).await?;
        Ok(Recipients(members.into_iter().zip(statuses).collect()))
    }
}

impl Recipients {
    /// Whether the mail is for nobody: such an organisation lives by the API alone.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those whose address is confirmed, and no others.
    pub fn confirmed(&self) -> impl Iterator<Item = &Membership> {
        self.0.iter().filter(|(_, status)| status.is_written_to()).map(|(member, _)| member)
    }

    /// Those whose address's owner has not answered.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &Membership> {
        self.0
            .iter()
            .filter(|(_, status)| *status == EmailStatus::Unconfirmed)
            .map(|(member, _)| member)
    }
}

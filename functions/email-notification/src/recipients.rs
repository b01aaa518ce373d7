//! The recipients of a mail, and the consent status of each address.

use std::collections::HashSet;

use domain::account::Membership;
use domain::basics::id::OrganisationId;
use domain::notify::mail::EmailStatus;
use flows::StageFailure;
use flows::member_address::email_statuses;

use crate::MailWorker;

/// The intended members of a mail, each person once.
pub(crate) struct MailRecipients(Vec<(Membership, EmailStatus)>);

impl MailWorker<'_> {
    /// Returns the members of an organisation that a mail is intended for.
    pub async fn find_recipients(
        &self,
        organisation: &OrganisationId,
        wants: impl Fn(&Membership) -> bool,
    ) -> Result<MailRecipients, StageFailure> {
        let mut members: Vec<Membership> = self.post.store.read_records(organisation).await?;
        let mut users = HashSet::new(); // a single mail for two memberships
        members.retain(|member| wants(member) && users.insert(member.user.clone()));
        let statuses =
            email_statuses(&self.post.store, &self.post.secrets, &members, self.now).await?;
        Ok(MailRecipients(members.into_iter().zip(statuses).collect()))
    }
}

impl MailRecipients {
    /// Checks whether the mail has no intended member: such an organisation uses the API alone.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns only the members whose address is confirmed.
    pub fn confirmed_members(&self) -> impl Iterator<Item = &Membership> {
        self.0.iter().filter(|(_, status)| status.can_receive_mail()).map(|(member, _)| member)
    }

    /// Returns the members whose address's owner has not answered.
    pub fn unconfirmed_members(&self) -> impl Iterator<Item = &Membership> {
        self.0
            .iter()
            .filter(|(_, status)| *status == EmailStatus::Unconfirmed)
            .map(|(member, _)| member)
    }
}

//! Warning before a change that leaves an organisation without a recipient of the action-required
//! e-mail.

use domain::account::Membership;
use flows::member_address::email_statuses;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;

use crate::http::response::{ApiRefusal, to_unavailable};
use crate::http::state::ApiContext;

/// Refuses a change or deletion after which no member would receive the e-mail that an alert waits
/// for a person.
pub(super) async fn refuse_silence(
    api: &ApiContext,
    old: &Membership,
    new: Option<&Membership>,
    now: Timestamp,
) -> Result<(), ApiRefusal> {
    let stays = new.filter(|new| wants_action_mail(new));
    if !wants_action_mail(old) || stays.is_some_and(|new| new.user == old.user) {
        return Ok(());
    }
    let others: Vec<Membership> = api.store.read_records(&old.organisation).await?;
    let after: Vec<Membership> = others
        .into_iter()
        .filter(|one| one.id != old.id && wants_action_mail(one))
        .chain(stays.cloned())
        .collect();
    let is_switched_off = new.is_some() && after.is_empty();
    if is_switched_off
        || (is_anyone_reached(api, std::slice::from_ref(old), now).await?
            && !is_anyone_reached(api, &after, now).await?)
    {
        let detail = "Nobody of the organisation would be sent the e-mail that an alert waits; \
            give `acknowledge_no_mail` if that is meant.";
        return Err(ProblemDetails::new(Code::LastNotifiedMember, detail).into());
    }
    Ok(())
}

const fn wants_action_mail(member: &Membership) -> bool {
    member.is_alert_action_required_email_enabled
}

async fn is_anyone_reached(
    api: &ApiContext,
    members: &[Membership],
    now: Timestamp,
) -> Result<bool, ApiRefusal> {
    let statuses = email_statuses(&api.store, api.processors.secrets(), members, now)
        .await
        .map_err(|failure| to_unavailable(&failure))?;
    Ok(statuses.iter().any(|status| status.can_receive_mail()))
}

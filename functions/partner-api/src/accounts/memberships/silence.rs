//! Whoever switches off, or takes away, the last e-mail that calls a person is told so first.

use domain::account::Membership;
use flows::member_address::email_statuses;
use flows::problem::{Code, Problem};
use jiff::Timestamp;

use crate::http::response::{Refused, failed};
use crate::http::state::Api;

/// Refuses a membership's change, or its end, after which nobody would be sent the e-mail that an
/// alert waits for a person.
pub(super) async fn refuse_silence(
    api: &Api,
    old: &Membership,
    new: Option<&Membership>,
    now: Timestamp,
) -> Result<(), Refused> {
    let stays = new.filter(|new| is_called(new));
    if !is_called(old) || stays.is_some_and(|new| new.user == old.user) {
        return Ok(());
    }
    let others: Vec<Membership> = api.store.records(&old.organisation).await?;
    let after: Vec<Membership> = others
        .into_iter()
        .filter(|one| one.id != old.id && is_called(one))
        .chain(stays.cloned())
        .collect();
    let is_switched_off = new.is_some() && after.is_empty();
    if is_switched_off
        || (is_reached(api, std::slice::from_ref(old), now).await?
            && !is_reached(api, &after, now).await?)
    {
        let detail = "Nobody of the organisation would be sent the e-mail that an alert waits; \
            give `acknowledge_no_mail` if that is meant.";
        return Err(Problem::new(Code::LastNotifiedMember, detail).into());
    }
    Ok(())
}

const fn is_called(member: &Membership) -> bool {
    member.is_alert_action_required_email_enabled
}

async fn is_reached(api: &Api, members: &[Membership], now: Timestamp) -> Result<bool, Refused> {
    let statuses = email_statuses(&api.store, api.processors.secrets(), members, now)
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(statuses.iter().any(|status| status.is_written_to()))
}

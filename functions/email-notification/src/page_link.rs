//! The link to a member's own page of an alert.

use domain::account::Membership;
use domain::alert::Alert;
use flows::Failure;
use flows::member_link::Pass;

use crate::Desk;

/// The address of a member's own page of an alert.
pub(crate) async fn page_of(
    desk: &Desk<'_>,
    alert: &Alert,
    member: &Membership,
) -> Result<String, Failure> {
    let secret =
        desk.post.secrets.of_organisation(&desk.post.store, &alert.organisation, desk.now).await?;
    let (alert_id, user) = (alert.id.clone(), member.user.clone());
    let pass = Pass { alert: alert_id, member: member.id.clone(), user, until: alert.page_ends() };
    Ok(format!("{}/v1/alert-pages/{}", desk.post.public_url, pass.token(&secret)))
}

/// Who else could act by the links of a mail.
pub(crate) const OWN_LINK: &str = "whoever has it can act in your name.";

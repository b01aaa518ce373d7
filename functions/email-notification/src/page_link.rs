//! The link to a member's alert page.

use domain::account::Membership;
use domain::alert::Alert;
use flows::StageFailure;
use flows::member_link::AlertLinkPass;

use crate::MailWorker;

/// Returns the URL of a member's alert page.
pub(crate) async fn alert_page_url(
    desk: &MailWorker<'_>,
    alert: &Alert,
    member: &Membership,
) -> Result<String, StageFailure> {
    let secret = desk
        .post
        .secrets
        .organisation_secret(&desk.post.store, &alert.organisation, desk.now)
        .await?;
    let (alert_id, user) = (alert.id.clone(), member.user.clone());
    let pass = AlertLinkPass {
        alert: alert_id,
        member: member.id.clone(),
        user,
        until: alert.alert_page_ends_at(),
    };
    Ok(format!("{}/v1/alert-pages/{}", desk.post.public_url, pass.to_token(&secret)))
}

/// The warning that a link in a mail grants access.
pub(crate) const OWN_LINK: &str = "whoever has it can act in your name.";

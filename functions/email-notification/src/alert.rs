//! Mails about a single alert: a decision is needed, or the alert is closed.

use domain::account::Organisation;
use domain::alert::Alert;
use domain::basics::text::foreign::{quote_words, subject_with_quote};
use domain::notify::mail::{AlertMailKind, AlertMailName};
use flows::StageFailure;
use jiff::Timestamp;
use store::keys::MailRecordKey;
use views::plain_words::{
    alert_facts, describe_ending, describe_need, describe_withheld_action, format_remaining,
    format_time,
};

use crate::deliver::{MailOutcomes, OutgoingMail};
use crate::letter::{MailContent, MailPageLink, RenderedMail};
use crate::page_link::{OWN_LINK, alert_page_url};
use crate::recipients::MailRecipients;
use crate::{MailWorker, backlog};

/// Mails each member with this notification enabled. If no member received the mail about a waiting
/// alert, the alert goes to the backlog and the partner is warned.
pub(crate) async fn mail_alert(
    desk: &MailWorker<'_>,
    name: &AlertMailName,
) -> Result<(), StageFailure> {
    let store = &desk.post.store;
    let alert = store
        .read_alert(&name.alert)
        .await?
        .filter(|alert| alert.is_mail_still_wanted(name.kind, desk.now));
    let Some(alert) = alert else { return Ok(()) };
    let Some(organisation) = store.read_organisation(&alert.organisation).await? else {
        return Ok(());
    };
    let recipients =
        desk.find_recipients(&organisation.id, |member| name.kind.is_wanted_by(member)).await?;
    let told = mail_members(desk, name, (&alert, &organisation), &recipients).await?;
    let is_unheard =
        name.kind == AlertMailKind::ActionRequired && !recipients.is_empty() && !told.is_sent();
    if is_unheard {
        backlog::keep_in_backlog(desk, alert, told.unnotified_reason()).await
    } else {
        Ok(())
    }
}

/// Mails each recipient whose address is confirmed.
async fn mail_members(
    desk: &MailWorker<'_>,
    name: &AlertMailName,
    (alert, organisation): (&Alert, &Organisation),
    recipients: &MailRecipients,
) -> Result<MailOutcomes, StageFailure> {
    let mut told = MailOutcomes::default();
    for member in recipients.confirmed_members() {
        let letter = compose_mail(
            name.kind,
            alert,
            organisation,
            alert_page_url(desk, alert, member).await?,
            desk.now,
        )?;
        let (mark, urgency) = (MailRecordKey::for_alert(name, &member.id), name.kind.urgency());
        let piece =
            OutgoingMail { organisation, member, mark, urgency, letter, about: alert.id.as_str() };
        desk.deliver_mail(piece, &mut told).await?;
    }
    Ok(told)
}

fn compose_mail(
    kind: AlertMailKind,
    alert: &Alert,
    organisation: &Organisation,
    url: String,
    now: Timestamp,
) -> Result<RenderedMail, StageFailure> {
    let (heading, switch, label) = heading_switch_and_label(kind);
    let sentences = if kind == AlertMailKind::ActionRequired {
        decision_sentences(alert, now)
    } else {
        describe_ending(alert).into_iter().collect()
    };
    let name = quote_words(&organisation.name);
    let sheet = MailContent {
        heading: heading.to_owned(),
        above: Some(name.clone()),
        sentences,
        facts: alert_facts(alert),
        links: vec![MailPageLink { label: label.to_owned(), url }],
        below: Some(format!(
            "The link is yours alone: {OWN_LINK} It shows the alert until {}.",
            format_time(alert.alert_page_ends_at())
        )),
        footer: format!(
            "You receive this as a member of {name}. Whoever manages its memberships can switch \
             these e-mails off ({switch})."
        ),
    };
    sheet.render_mail(mail_subject(kind, alert))
}

/// Returns the heading of a mail, the membership's switch for such mails, and the link's label.
const fn heading_switch_and_label(
    kind: AlertMailKind,
) -> (&'static str, &'static str, &'static str) {
    match kind {
        AlertMailKind::ActionRequired => (
            "A dispute needs your decision",
            "is_alert_action_required_email_enabled",
            "Decide now",
        ),
        AlertMailKind::Resolved => {
            ("A dispute was resolved", "is_alert_resolved_email_enabled", "See the alert")
        }
        AlertMailKind::RefundFailed => {
            ("A refund did not arrive", "is_alert_resolved_email_enabled", "See the alert")
        }
        AlertMailKind::Dismissed => {
            ("A dispute was dismissed", "is_alert_dismissed_email_enabled", "See the alert")
        }
    }
}

/// Returns the subject: the most important fact, the amount, and then the descriptor of the
/// statement.
fn mail_subject(kind: AlertMailKind, alert: &Alert) -> String {
    let amount = alert.claim.disputed_amount();
    let own = match kind {
        AlertMailKind::ActionRequired => {
            format!("Decide by {}: {amount}", format_time(alert.deadlines.action))
        }
        AlertMailKind::Resolved => format!("Dispute resolved: {amount}"),
        AlertMailKind::RefundFailed => format!("Refund failed: {amount}"),
        AlertMailKind::Dismissed => format!("Dispute dismissed: {amount}"),
    };
    subject_with_quote(&own, &alert.claim.descriptor)
}

fn decision_sentences(alert: &Alert, now: Timestamp) -> Vec<String> {
    let deadline = alert.deadlines.action;
    let until = format!(
        "Please decide by {} ({} from now); after that the bank is told that nothing was done.",
        format_time(deadline),
        format_remaining(deadline, now)
    );
    [describe_need(alert), describe_withheld_action(alert), Some(until)]
        .into_iter()
        .flatten()
        .collect()
}

//! A mail about one alert: a person is needed, or it is over.

use domain::account::Organisation;
use domain::alert::Alert;
use domain::basics::text::foreign::{quoted, subject};
use domain::notify::mail::{MailKind, MailName};
use flows::Failure;
use jiff::Timestamp;
use store::keys::MailMark;
use views::plain_words::{ending, facts, remaining, time, why, would_have};

use crate::deliver::{Piece, Told};
use crate::letter::{Letter, Link, Sheet};
use crate::page_link::{OWN_LINK, page_of};
use crate::{Desk, backlog};

/// Writes to each member who wants to hear of it. Of an alert that waits somebody hears, or its
/// partner hears that nobody did.
pub(crate) async fn tell(desk: &Desk<'_>, name: &MailName) -> Result<(), Failure> {
    let store = &desk.post.store;
    let alert =
        store.alert(&name.alert).await?.filter(|alert| alert.still_mails(name.kind, desk.now));
    let Some(alert) = alert else { return Ok(()) };
    let Some(organisation) = store.organisation(&alert.organisation).await? else { return Ok(()) };
    let recipients =
        desk.recipients(&organisation.id, |member| name.kind.is_wanted_by(member)).await?;
    let mut told = Told::default();
    for member in recipients.confirmed() {
        let letter = letter(
            name.kind,
            &alert,
            &organisation,
            page_of(desk, &alert, member).await?,
            desk.now,
        )?;
        let (mark, urgency) = (MailMark::of_alert(name, &member.id), name.kind.urgency());
        let piece = Piece {
            organisation: &organisation,
            member,
            mark,
            urgency,
            letter,
            about: alert.id.as_str(),
        };
        desk.deliver(piece, &mut told).await?;
    }
    let is_unheard =
        name.kind == MailKind::ActionRequired && !recipients.is_empty() && !told.is_sent();
    if is_unheard { backlog::keep(desk, alert, told.why_not()).await } else { Ok(()) }
}

fn letter(
    kind: MailKind,
    alert: &Alert,
    organisation: &Organisation,
    url: String,
    now: Timestamp,
) -> Result<Letter, Failure> {
    let (heading, switch, label) = heading_switch_and_label(kind);
    let sentences = if kind == MailKind::ActionRequired {
        asking(alert, now)
    } else {
        ending(alert).into_iter().collect()
    };
    let name = quoted(&organisation.name);
    let sheet = Sheet {
        heading: heading.to_owned(),
        above: Some(name.clone()),
        sentences,
        facts: facts(alert),
        links: vec![Link { label: label.to_owned(), url }],
        below: Some(format!(
            "The link is yours alone: {OWN_LINK} It shows the alert until {}.",
            time(alert.page_ends())
        )),
        footer: format!(
            "You receive this as a member of {name}. Whoever manages its memberships can switch \
             these e-mails off ({switch})."
        ),
    };
    sheet.letter(subject_of(kind, alert))
}

/// The heading of a mail, the switch of a membership that stops such mails, and the link's label.
const fn heading_switch_and_label(kind: MailKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        MailKind::ActionRequired => (
            "A dispute needs your decision",
            "is_alert_action_required_email_enabled",
            "Decide now",
        ),
        MailKind::Resolved => {
            ("A dispute was resolved", "is_alert_resolved_email_enabled", "See the alert")
        }
        MailKind::RefundFailed => {
            ("A refund did not arrive", "is_alert_resolved_email_enabled", "See the alert")
        }
        MailKind::Dismissed => {
            ("A dispute was dismissed", "is_alert_dismissed_email_enabled", "See the alert")
        }
    }
}

/// What is to be known at a glance, the amount, and then whose statement it is on.
fn subject_of(kind: MailKind, alert: &Alert) -> String {
    let amount = alert.claim.disputed();
    let own = match kind {
        MailKind::ActionRequired => format!("Decide by {}: {amount}", time(alert.deadlines.action)),
        MailKind::Resolved => format!("Dispute resolved: {amount}"),
        MailKind::RefundFailed => format!("Refund failed: {amount}"),
        MailKind::Dismissed => format!("Dispute dismissed: {amount}"),
    };
    subject(&own, &alert.claim.descriptor)
}

fn asking(alert: &Alert, now: Timestamp) -> Vec<String> {
    let deadline = alert.deadlines.action;
    let until = format!(
        "Please decide by {} ({} from now); after that the bank is told that nothing was done.",
        time(deadline),
        remaining(deadline, now)
    );
    [why(alert), would_have(alert), Some(until)].into_iter().flatten().collect()
}

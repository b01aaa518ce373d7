//! Alerts that wait for a person of whom no member could be told: the partner hears of it, and
//! members hear of all of them in one mail as soon as an address is confirmed, or as the next day's
//! mails begin.

use domain::account::{Membership, Organisation};
use domain::alert::{Alert, Unnotified};
use domain::basics::id::{AlertId, OrganisationId};
use domain::basics::text::foreign::quoted;
use domain::notify::mail::{Backlog, MailKind, Urgency};
use flows::Failure;
use flows::tenant_warning::warn_tenant;
use store::keys::MailMark;
use views::plain_words::time;

use crate::deliver::{Piece, Told};
use crate::letter::{Letter, Link, Sheet};
use crate::page_link::{OWN_LINK, page_of};
use crate::{Desk, confirmation};

/// Keeps an alert for later, and shows on it that nobody was told.
pub(crate) async fn keep(desk: &Desk<'_>, alert: Alert, why: Unnotified) -> Result<(), Failure> {
    let (store, organisation) = (&desk.post.store, alert.organisation.clone());
    let backlog = store
        .backlog(&organisation)
        .await?
        .unwrap_or_else(|| Backlog::new(organisation.clone(), desk.now));
    if let Some(next) = backlog.with(&alert.id, desk.now) {
        store.commit_backlog(&next).await?;
    }
    if let Some(next) = alert.told_to_nobody(why, desk.now) {
        warn_tenant(
            &organisation,
            "NO_ONE_NOTIFIED",
            next.id.as_str(),
            "no member could be told that it waits",
        );
        store.commit(&next).await?;
    }
    // Somebody may have confirmed meanwhile; whoever has not is asked again.
    if why == Unnotified::NoConfirmedMember { tell(desk, &organisation).await } else { Ok(()) }
}

/// Tells of all that still wait; where nobody can be told yet, asks again for consent.
pub(crate) async fn tell(desk: &Desk<'_>, organisation: &OrganisationId) -> Result<(), Failure> {
    let store = &desk.post.store;
    let Some(backlog) =
        store.backlog(organisation).await?.filter(|backlog| !backlog.alerts.is_empty())
    else {
        return Ok(());
    };
    let Some(organisation) = store.organisation(organisation).await? else { return Ok(()) };
    let waiting = still_waiting(desk, &backlog).await?;
    let recipients = desk
        .recipients(&organisation.id, |member| MailKind::ActionRequired.is_wanted_by(member))
        .await?;
    let mut told = Told::default();
    for member in recipients.confirmed().filter(|_| !waiting.is_empty()) {
        let letter = letter(desk, &backlog, &waiting, (&organisation, member)).await?;
        let mark = MailMark::of_backlog(&organisation.id, backlog.version, &member.id);
        let piece = Piece {
            organisation: &organisation,
            member,
            mark,
            urgency: Urgency::Calls,
            letter,
            about: organisation.id.as_str(),
        };
        desk.deliver(piece, &mut told).await?;
    }
    if told.is_sent() {
        return told_late(desk, backlog, waiting).await;
    }
    for member in recipients.unconfirmed().filter(|_| !waiting.is_empty()) {
        confirmation::remind(desk, &organisation, member).await?;
    }
    keep_only(desk, backlog, waiting.into_iter().map(|alert| alert.id).collect()).await
}

async fn still_waiting(desk: &Desk<'_>, backlog: &Backlog) -> Result<Vec<Alert>, Failure> {
    let mut waiting = Vec::new();
    for id in &backlog.alerts {
        let alert = desk.post.store.alert(id).await?;
        waiting.extend(alert.filter(|alert| alert.still_mails(MailKind::ActionRequired, desk.now)));
    }
    Ok(waiting)
}

async fn told_late(desk: &Desk<'_>, backlog: Backlog, waiting: Vec<Alert>) -> Result<(), Failure> {
    for next in waiting.into_iter().filter_map(|alert| alert.told_late(desk.now)) {
        desk.post.store.commit(&next).await?;
    }
    keep_only(desk, backlog, Vec::new()).await
}

async fn keep_only(desk: &Desk<'_>, backlog: Backlog, alerts: Vec<AlertId>) -> Result<(), Failure> {
    match backlog.only(alerts) {
        Some(next) => Ok(desk.post.store.commit_backlog(&next).await?),
        None => Ok(()),
    }
}

async fn letter(
    desk: &Desk<'_>,
    backlog: &Backlog,
    waiting: &[Alert],
    (organisation, member): (&Organisation, &Membership),
) -> Result<Letter, Failure> {
    let mut links = Vec::new();
    for alert in waiting {
        let label =
            format!("{}, decide by {}", alert.claim.disputed(), time(alert.deadlines.action));
        links.push(Link { label, url: page_of(desk, alert, member).await? });
    }
    let heading = match waiting.len() {
        1 => "A dispute needs your decision".to_owned(),
        count => format!("{count} disputes need your decision"),
    };
    let late = "No e-mail could be sent when they came. After its deadline the bank is told of a \
        dispute that nothing was done.";
    let more = (backlog.unnamed > 0)
        .then(|| format!("{} more may wait: look at your organisation's system.", backlog.unnamed));
    let name = quoted(&organisation.name);
    let sheet = Sheet {
        heading: heading.clone(),
        above: Some(name.clone()),
        sentences: std::iter::once(late.to_owned()).chain(more).collect(),
        facts: Vec::new(),
        links,
        below: Some(format!("Each link is yours alone: {OWN_LINK}")),
        footer: format!(
            "You receive this as a member of {name}. Whoever manages its memberships can switch \
             these e-mails off (is_alert_action_required_email_enabled)."
        ),
    };
    sheet.letter(heading)
}

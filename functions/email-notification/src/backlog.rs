//! The backlog: alerts that wait for a decision, but of which no member could be notified. The
//! partner is warned. Members receive a single mail about all of these alerts when an address is
//! confirmed, or when the next day's mail budget begins.

use domain::account::{Membership, Organisation};
use domain::alert::{Alert, NotificationWarning};
use domain::basics::id::{AlertId, OrganisationId};
use domain::basics::text::foreign::quote_words;
use domain::notify::mail::{AlertMailKind, MailBacklog, MailUrgency};
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use store::keys::MailRecordKey;
use views::plain_words::format_time;

use crate::deliver::{MailOutcomes, OutgoingMail};
use crate::letter::{MailContent, MailPageLink, RenderedMail};
use crate::page_link::{OWN_LINK, alert_page_url};
use crate::{MailWorker, confirmation};

/// Adds an alert to the backlog, and marks the alert as unnotified.
pub(crate) async fn keep_in_backlog(
    desk: &MailWorker<'_>,
    alert: Alert,
    why: NotificationWarning,
) -> Result<(), StageFailure> {
    let (store, organisation) = (&desk.post.store, alert.organisation.clone());
    let backlog = store
        .read_backlog(&organisation)
        .await?
        .unwrap_or_else(|| MailBacklog::new(organisation.clone(), desk.now));
    if let Some(next) = backlog.with_alert(&alert.id, desk.now) {
        store.commit_backlog(&next).await?;
    }
    if let Some(next) = alert.mark_unnotified(why, desk.now) {
        warn_tenant(
            &organisation,
            "NO_ONE_NOTIFIED",
            next.id.as_str(),
            "no member could be told that it waits",
        );
        store.commit(&next).await?;
    }
    // A member may have confirmed meanwhile; unconfirmed members are asked again.
    if why == NotificationWarning::NoConfirmedMember {
        mail_backlog(desk, &organisation).await
    } else {
        Ok(())
    }
}

/// Mails about all alerts that still wait; where no member is confirmed yet, asks for consent
/// again.
pub(crate) async fn mail_backlog(
    desk: &MailWorker<'_>,
    organisation: &OrganisationId,
) -> Result<(), StageFailure> {
    let store = &desk.post.store;
    let Some(backlog) =
        store.read_backlog(organisation).await?.filter(|backlog| !backlog.alerts.is_empty())
    else {
        return Ok(());
    };
    let Some(organisation) = store.read_organisation(organisation).await? else { return Ok(()) };
    let waiting = waiting_alerts(desk, &backlog).await?;
    let recipients = desk
        .find_recipients(&organisation.id, |member| {
            AlertMailKind::ActionRequired.is_wanted_by(member)
        })
        .await?;
    let mut told = MailOutcomes::default();
    for member in recipients.confirmed_members().filter(|_| !waiting.is_empty()) {
        let letter = compose_mail(desk, &backlog, &waiting, (&organisation, member)).await?;
        let mark = MailRecordKey::for_backlog(&organisation.id, backlog.version, &member.id);
        let piece = OutgoingMail {
            organisation: &organisation,
            member,
            mark,
            urgency: MailUrgency::Calls,
            letter,
            about: organisation.id.as_str(),
        };
        desk.deliver_mail(piece, &mut told).await?;
    }
    if told.is_sent() {
        return mark_notified_late(desk, backlog, waiting).await;
    }
    for member in recipients.unconfirmed_members().filter(|_| !waiting.is_empty()) {
        confirmation::remind_of_consent(desk, &organisation, member).await?;
    }
    shrink_backlog(desk, backlog, waiting.into_iter().map(|alert| alert.id).collect()).await
}

async fn waiting_alerts(
    desk: &MailWorker<'_>,
    backlog: &MailBacklog,
) -> Result<Vec<Alert>, StageFailure> {
    let mut waiting = Vec::new();
    for id in &backlog.alerts {
        let alert = desk.post.store.read_alert(id).await?;
        waiting.extend(
            alert.filter(|alert| {
                alert.is_mail_still_wanted(AlertMailKind::ActionRequired, desk.now)
            }),
        );
    }
    Ok(waiting)
}

async fn mark_notified_late(
    desk: &MailWorker<'_>,
    backlog: MailBacklog,
    waiting: Vec<Alert>,
) -> Result<(), StageFailure> {
    for next in waiting.into_iter().filter_map(|alert| alert.clear_unnotified(desk.now)) {
        desk.post.store.commit(&next).await?;
    }
    shrink_backlog(desk, backlog, Vec::new()).await
}

async fn shrink_backlog(
    desk: &MailWorker<'_>,
    backlog: MailBacklog,
    alerts: Vec<AlertId>,
) -> Result<(), StageFailure> {
    match backlog.retain_waiting(alerts) {
        Some(next) => Ok(desk.post.store.commit_backlog(&next).await?),
        None => Ok(()),
    }
}

async fn compose_mail(
    desk: &MailWorker<'_>,
    backlog: &MailBacklog,
    waiting: &[Alert],
    (organisation, member): (&Organisation, &Membership),
) -> Result<RenderedMail, StageFailure> {
    let mut links = Vec::new();
    for alert in waiting {
        let label = format!(
            "{}, decide by {}",
            alert.claim.disputed_amount(),
            format_time(alert.deadlines.action)
        );
        links.push(MailPageLink { label, url: alert_page_url(desk, alert, member).await? });
    }
    let heading = match waiting.len() {
        1 => "A dispute needs your decision".to_owned(),
        count => format!("{count} disputes need your decision"),
    };
    let late = "No e-mail could be sent when they came. After its deadline the bank is told of a \
        dispute that nothing was done.";
    let more = (backlog.unnamed > 0)
        .then(|| format!("{} more may wait: look at your organisation's system.", backlog.unnamed));
    let name = quote_words(&organisation.name);
    let sheet = MailContent {
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
    sheet.render_mail(heading)
}

//! What a mail says: the same facts as text and as HTML.

use askama::Template;
use domain::account::Organisation;
use domain::alert::Alert;
use domain::mail::MailKind;
use jiff::Timestamp;
use runtime::Failure;
use runtime::shown::plain::{Fact, ending, facts, one_line, remaining, time, why, would_have};

/// A mail, ready to leave.
pub(crate) struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// All that both forms of a mail say.
struct Told {
    heading: String,
    /// Sentences, the most important first.
    sentences: Vec<String>,
    facts: Vec<Fact>,
    link: String,
    /// What the link is for.
    label: &'static str,
    /// Until when it shows the alert.
    link_ends: String,
    organisation: String,
    /// The switch that ends mails of this kind.
    switch: &'static str,
}

#[derive(Template)]
#[template(path = "letter.txt", escape = "none")]
struct AsText<'a> {
    told: &'a Told,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct AsHtml<'a> {
    told: &'a Told,
}

impl Letter {
    /// The mail of a kind about an alert, with the member's own link.
    pub fn new(kind: MailKind, alert: &Alert, organisation: &Organisation, link: &str, now: Timestamp) -> Result<Self, Failure> {
        let told = Told::of(kind, alert, organisation, link, now);
        let written = |text: askama::Result<String>| text.map_err(|_| Failure::Missing("the e-mail's text"));
        let (text, html) = (written(AsText { told: &told }.render())?, written(AsHtml { told: &told }.render())?);
        Ok(Self { subject: subject(kind, alert), text, html })
    }
}

impl Told {
    fn of(kind: MailKind, alert: &Alert, organisation: &Organisation, link: &str, now: Timestamp) -> Self {
        let (heading, switch, label) = match kind {
            MailKind::ActionRequired => ("A dispute needs your decision", "is_alert_action_required_email_enabled", "Decide now"),
            MailKind::Resolved => ("A dispute was resolved", "is_alert_resolved_email_enabled", "See the alert"),
            MailKind::RefundFailed => ("A refund did not arrive", "is_alert_resolved_email_enabled", "See the alert"),
            MailKind::Dismissed => ("A dispute was dismissed", "is_alert_dismissed_email_enabled", "See the alert"),
        };
        let sentences = if kind == MailKind::ActionRequired { asking(alert, now) } else { ending(alert).into_iter().collect() };
        Self {
            heading: heading.to_owned(),
            sentences,
            facts: facts(alert),
            link: link.to_owned(),
            label,
            link_ends: time(alert.page_ends()),
            organisation: one_line(&organisation.name),
            switch,
        }
    }
}

/// The amount, who took it, and what is to be known at a glance.
fn subject(kind: MailKind, alert: &Alert) -> String {
    let (amount, descriptor) = (alert.claim.disputed(), one_line(&alert.claim.descriptor));
    match kind {
        MailKind::ActionRequired => format!("Decide by {}: {amount}, {descriptor}", time(alert.deadlines.action)),
        MailKind::Resolved => format!("Resolved: {amount}, {descriptor}"),
        MailKind::RefundFailed => format!("Refund failed: {amount}, {descriptor}"),
        MailKind::Dismissed => format!("Dismissed: {amount}, {descriptor}"),
    }
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

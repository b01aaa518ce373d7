//! A mail to administrators: an integration fails, and what is to be done about it.

use askama::Template;
use domain::account::{Integration, Membership, Organisation, Outage, Role, StatusDetail};
use domain::mail::NoticeName;
use jiff::Timestamp;
use runtime::Failure;
use runtime::shown::plain::{Fact, one_line, time};
use store::mail::Fate;

use crate::Post;
use crate::letter::Letter;
use crate::outbox::Outbox;

struct Told {
    heading: &'static str,
    sentences: [&'static str; 2],
    facts: Vec<Fact>,
    organisation: String,
}

#[derive(Template)]
#[template(path = "notice.txt", escape = "none")]
struct AsText<'a> {
    told: &'a Told,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct AsHtml<'a> {
    told: &'a Told,
}

/// Writes to each administrator of the organisation who has not had this mail; nothing where the failure is over.
pub(crate) async fn handle(post: &Post, outbox: &Outbox, name: &NoticeName, now: Timestamp) -> Result<(), Failure> {
    let found: Option<Integration> = post.store.record(name.integration.as_str()).await?;
    let Some(integration) = found.filter(|one| name.is_current(one)) else { return Ok(()) };
    let Some(detail) = &integration.status_detail else { return Ok(()) };
    let Some(organisation) = post.store.organisation(&integration.organisation).await? else { return Ok(()) };
    let letter = letter(&integration, detail, &organisation)?;
    let members: Vec<Membership> = post.store.records(&integration.organisation).await?;
    let mut users = std::collections::HashSet::new(); // who is a member twice hears once
    for member in members.iter().filter(|member| member.role == Role::Admin && users.insert(&member.user)) {
        if post.store.notice_fate(name, &member.id).await?.is_some() {
            continue;
        }
        let sent = outbox.send(&member.email, &letter).await?;
        if let Some(code) = &sent.refused {
            crate::refused(member, integration.id.as_str(), code);
        }
        let fate = if sent.refused.is_none() { Fate::Sent } else { Fate::Refused };
        post.store.keep_notice_fate(name, &member.id, fate, now).await?;
    }
    Ok(())
}

fn letter(integration: &Integration, detail: &StatusDetail, organisation: &Organisation) -> Result<Letter, Failure> {
    let name = one_line(&integration.name);
    let (heading, sentences, subject) = match detail.code {
        Outage::CredentialsRefused => (
            "Your processor does not accept our key",
            [
                "Alerts that come now cannot be matched with your payments, and no refund can be made.",
                "Please give the integration a new key; alerts that wait are then matched by themselves.",
            ],
            format!("A new key is needed: {name}"),
        ),
        Outage::Unreachable | Outage::RequestRefused => (
            "Your processor does not answer",
            [
                "Alerts that come now cannot be matched with your payments.",
                "We try again by ourselves; please look whether your processor works, and work urgent alerts by hand.",
            ],
            format!("Not reachable: {name}"),
        ),
    };
    let facts = [("Integration", name), ("Since", time(detail.since)), ("Error", one_line(&detail.message))];
    let facts = facts.into_iter().map(|(name, value)| Fact { name, value }).collect();
    let told = Told { heading, sentences, facts, organisation: one_line(&organisation.name) };
    let written = |text: askama::Result<String>| text.map_err(|_| Failure::Missing("the e-mail's text"));
    let (text, html) = (written(AsText { told: &told }.render())?, written(AsHtml { told: &told }.render())?);
    Ok(Letter { subject, text, html })
}

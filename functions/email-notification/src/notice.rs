//! A mail to administrators: an integration fails, and what is to be done about it.

use domain::account::{Integration, Organisation, Outage, Role, StatusDetail};
use domain::basics::text::foreign::{quoted, subject};
use domain::notify::mail::{NoticeName, Urgency};
use flows::Failure;
use store::keys::MailMark;
use views::plain_words::{Fact, time};

use crate::Desk;
use crate::deliver::{Piece, Told};
use crate::letter::{Letter, Sheet};

/// Writes to each administrator of the organisation who has not had this mail; nothing where the
/// failure is over.
pub(crate) async fn tell(desk: &Desk<'_>, name: &NoticeName) -> Result<(), Failure> {
    let store = &desk.post.store;
    let found: Option<Integration> = store.record(name.integration.as_str()).await?;
    let Some(integration) = found.filter(|one| name.is_current(one)) else { return Ok(()) };
    let Some(detail) = &integration.status_detail else { return Ok(()) };
    let Some(organisation) = store.organisation(&integration.organisation).await? else {
        return Ok(());
    };
    let recipients = desk.recipients(&organisation.id, |member| member.role == Role::Admin).await?;
    for member in recipients.confirmed() {
        let letter = letter(&integration, detail, &organisation)?;
        let mark = MailMark::of_notice(name, &member.id);
        let piece = Piece {
            organisation: &organisation,
            member,
            mark,
            urgency: Urgency::Calls,
            letter,
            about: integration.id.as_str(),
        };
        desk.deliver(piece, &mut Told::default()).await?;
    }
    Ok(())
}

/// What a mail says of an outage.
struct Said {
    heading: &'static str,
    sentences: [&'static str; 2],
    subject: &'static str,
}

/// The words for each outage.
const fn said_of(code: Outage) -> Said {
    match code {
        Outage::CredentialsRefused => Said {
            heading: "Your processor does not accept our key",
            sentences: [
                "Alerts that come now cannot be matched with your payments, and no refund can be \
                 made.",
                "Please give the integration a new key; alerts that wait are then matched by \
                 themselves.",
            ],
            subject: "Your processor needs a new key",
        },
        Outage::Unreachable | Outage::RequestRefused => Said {
            heading: "Your processor does not answer",
            sentences: [
                "Alerts that come now cannot be matched with your payments.",
                "We try again by ourselves; please look whether your processor works, and work \
                 urgent alerts by hand.",
            ],
            subject: "Your processor is not reachable",
        },
    }
}

fn letter(
    integration: &Integration,
    detail: &StatusDetail,
    organisation: &Organisation,
) -> Result<Letter, Failure> {
    let said = said_of(detail.code);
    let facts = [
        ("Integration", quoted(&integration.name)),
        ("Since", time(detail.since)),
        ("Error", quoted(&detail.message)),
    ];
    let name = quoted(&organisation.name);
    let sheet = Sheet {
        heading: said.heading.to_owned(),
        above: Some(name.clone()),
        sentences: said.sentences.map(ToOwned::to_owned).into(),
        facts: facts.into_iter().map(|(name, value)| Fact { name, value }).collect(),
        links: Vec::new(),
        below: None,
        footer: format!("You receive this as an administrator of {name}."),
    };
    sheet.letter(subject(said.subject, &integration.name))
}

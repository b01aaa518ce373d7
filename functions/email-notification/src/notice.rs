//! Mails to administrators: an integration fails, and the remedy.

use domain::account::{
    Integration, IntegrationOutage, IntegrationStatusDetail, MemberRole, Organisation,
};
use domain::basics::text::foreign::{quote_words, subject_with_quote};
use domain::notify::mail::{MailUrgency, OutageNoticeName};
use flows::StageFailure;
use store::keys::MailRecordKey;
use views::plain_words::{AlertFactLine, format_time};

use crate::MailWorker;
use crate::deliver::{MailOutcomes, OutgoingMail};
use crate::letter::{MailContent, RenderedMail};

/// Mails each administrator of the organisation who did not receive this mail; nothing if the
/// outage is over.
pub(crate) async fn mail_notice(
    desk: &MailWorker<'_>,
    name: &OutageNoticeName,
) -> Result<(), StageFailure> {
    let store = &desk.post.store;
    let found: Option<Integration> = store.read_record(name.integration.as_str()).await?;
    let Some(integration) = found.filter(|one| name.is_current(one)) else { return Ok(()) };
    let Some(detail) = &integration.status_detail else { return Ok(()) };
    let Some(organisation) = store.read_organisation(&integration.organisation).await? else {
        return Ok(());
    };
    let recipients =
        desk.find_recipients(&organisation.id, |member| member.role == MemberRole::Admin).await?;
    for member in recipients.confirmed_members() {
        let letter = compose_mail(&integration, detail, &organisation)?;
        let mark = MailRecordKey::for_notice(name, &member.id);
        let piece = OutgoingMail {
            organisation: &organisation,
            member,
            mark,
            urgency: MailUrgency::Calls,
            letter,
            about: integration.id.as_str(),
        };
        desk.deliver_mail(piece, &mut MailOutcomes::default()).await?;
    }
    Ok(())
}

/// The wording of a mail about an outage.
struct OutageWording {
    heading: &'static str,
    sentences: [&'static str; 2],
    subject: &'static str,
}

/// Returns the wording for an outage.
const fn outage_wording(code: IntegrationOutage) -> OutageWording {
    match code {
        IntegrationOutage::CredentialsRefused => OutageWording {
            heading: "Your processor does not accept our key",
            sentences: [
                "Alerts that come now cannot be matched with your payments, and no refund can be \
                 made.",
                "Please give the integration a new key; alerts that wait are then matched by \
                 themselves.",
            ],
            subject: "Your processor needs a new key",
        },
        IntegrationOutage::Unreachable | IntegrationOutage::RequestRefused => OutageWording {
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

fn compose_mail(
    integration: &Integration,
    detail: &IntegrationStatusDetail,
    organisation: &Organisation,
) -> Result<RenderedMail, StageFailure> {
    let said = outage_wording(detail.code);
    let facts = [
        ("Integration", quote_words(&integration.name)),
        ("Since", format_time(detail.since)),
        ("Error", quote_words(&detail.message)),
    ];
    let name = quote_words(&organisation.name);
    let sheet = MailContent {
        heading: said.heading.to_owned(),
        above: Some(name.clone()),
        sentences: said.sentences.map(ToOwned::to_owned).into(),
        facts: facts.into_iter().map(|(name, value)| AlertFactLine { name, value }).collect(),
        links: Vec::new(),
        below: None,
        footer: format!("You receive this as an administrator of {name}."),
    };
    sheet.render_mail(subject_with_quote(said.subject, &integration.name))
}

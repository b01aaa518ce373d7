//! The only mail to a person without consent: the request for that consent. Of the organisation's
//! own input the mail has only the name, quoted and without links. An address receives a limited
//! number of requests per week, from all organisations together.

use domain::account::{Membership, OperatingMode, Organisation};
use domain::basics::text::foreign::quote_company;
use domain::basics::time::{add_seconds, utc_day};
use domain::notify::mail::{CONFIRMATION_DAYS, ConfirmationMailName, EmailStatus, MailUrgency};
use flows::StageFailure;
use flows::member_address::{address_hash, email_statuses};
use flows::member_link::AddressLinkPass;
use flows::tenant_warning::warn_tenant;
use store::keys::MailRecordKey;
use views::plain_words::format_time;

use crate::MailWorker;
use crate::deliver::{MailOutcomes, OutgoingMail};
use crate::letter::{MailContent, MailPageLink, RenderedMail};

/// Asks the owner of a new member's address for consent, unless already answered.
pub(crate) async fn ask_for_consent(
    desk: &MailWorker<'_>,
    name: &ConfirmationMailName,
) -> Result<(), StageFailure> {
    let store = &desk.post.store;
    let found: Option<Membership> = store.read_record(name.member.as_str()).await?;
    let Some(member) = found.filter(|member| member.user == name.user) else { return Ok(()) };
    let Some(organisation) = store.read_organisation(&member.organisation).await? else {
        return Ok(());
    };
    let statuses =
        email_statuses(store, &desk.post.secrets, std::slice::from_ref(&member), desk.now).await?;
    if statuses != [EmailStatus::Unconfirmed] {
        return Ok(());
    }
    mail_request(desk, &organisation, &member, (MailRecordKey::for_confirmation(name), false)).await
}

/// Asks again because alerts wait, once a day.
pub(crate) async fn remind_of_consent(
    desk: &MailWorker<'_>,
    organisation: &Organisation,
    member: &Membership,
) -> Result<(), StageFailure> {
    mail_request(
        desk,
        organisation,
        member,
        (MailRecordKey::for_reminder(&member.id, utc_day(desk.now)), true),
    )
    .await
}

async fn mail_request(
    desk: &MailWorker<'_>,
    organisation: &Organisation,
    member: &Membership,
    (mark, alerts_wait): (MailRecordKey, bool),
) -> Result<(), StageFailure> {
    let store = &desk.post.store;
    if store.read_mail_fate(&mark).await?.is_some() {
        return Ok(());
    }
    let address = address_hash(store, &desk.post.secrets, &member.email, desk.now).await?;
    if !store.count_confirmation_mail(&address, &mark.mail_name(), desk.now).await? {
        warn_tenant(
            &organisation.id,
            "CONFIRMATIONS_SPENT",
            member.id.as_str(),
            "the address was asked often enough this week",
        );
        return Ok(());
    }
    let letter = compose_mail(desk, organisation, member, alerts_wait).await?;
    let piece = OutgoingMail {
        organisation,
        member,
        mark,
        urgency: MailUrgency::Calls,
        letter,
        about: member.id.as_str(),
    };
    desk.deliver_mail(piece, &mut MailOutcomes::default()).await
}

async fn compose_mail(
    desk: &MailWorker<'_>,
    organisation: &Organisation,
    member: &Membership,
    alerts_wait: bool,
) -> Result<RenderedMail, StageFailure> {
    let secret =
        desk.post.secrets.organisation_secret(&desk.post.store, &organisation.id, desk.now).await?;
    let until = add_seconds(desk.now, CONFIRMATION_DAYS * 86_400);
    let pass = AddressLinkPass { member: member.id.clone(), user: member.user.clone(), until };
    let url = format!("{}/v1/confirmation-pages/{}", desk.post.public_url, pass.to_token(&secret));
    let below =
        format!("Opening the page changes nothing. The link works until {}.", format_time(until));
    let sheet = MailContent {
        heading: "Please confirm your e-mail address".to_owned(),
        above: None,
        sentences: request_sentences(organisation, alerts_wait),
        facts: Vec::new(),
        links: vec![MailPageLink { label: "Confirm or refuse".to_owned(), url }],
        below: Some(below),
        footer: "You receive this because somebody gave this address as theirs or a colleague's. \
            It is asked for three times a week at the most."
            .to_owned(),
    };
    sheet.render_mail(
        if alerts_wait {
            "Disputes wait: please confirm your e-mail address"
        } else {
            "Please confirm your e-mail address"
        }
        .to_owned(),
    )
}

/// Returns the organisation's request to the address's owner, and the meaning of a confirmation.
fn request_sentences(organisation: &Organisation, alerts_wait: bool) -> Vec<String> {
    let asks = format!(
        "A company that calls itself {} asks to send e-mails about disputed payments to this \
         address.",
        quote_company(&organisation.name)
    );
    let waiting = "Disputes of this company wait for a decision now, and nobody there gets \
        e-mails about them.";
    let trial = "The company tries this service out: its disputes are not real.";
    let choice = "Confirm only if you work with that company and want these e-mails. If not, \
        refuse on the same page, or do nothing: no other e-mail comes before you confirm.";
    let sentences = [
        Some(asks.as_str()),
        alerts_wait.then_some(waiting),
        (organisation.mode == OperatingMode::Test).then_some(trial),
        Some(choice),
    ];
    sentences.into_iter().flatten().map(ToOwned::to_owned).collect()
}

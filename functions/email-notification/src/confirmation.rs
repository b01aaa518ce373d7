//! The one mail to somebody who has not agreed to any: it asks for that. Of what the organisation
//! typed it has the name alone, quoted and without anything that links; an address gets it so often
//! a week, whoever asks.

use domain::account::{Membership, Mode, Organisation};
use domain::basics::text::foreign::company;
use domain::basics::time::{after, day_of};
use domain::notify::mail::{CONFIRMATION_DAYS, ConfirmationName, EmailStatus, Urgency};
use flows::Failure;
use flows::member_address::{address_hash, email_statuses};
use flows::member_link::AddressPass;
use flows::tenant_warning::warn_tenant;
use store::keys::MailMark;
use views::plain_words::time;

use crate::Desk;
use crate::deliver::{Piece, Told};
use crate::letter::{Letter, Link, Sheet};

/// Asks the owner of a new member's address, unless the answer is known.
pub(crate) async fn ask(desk: &Desk<'_>, name: &ConfirmationName) -> Result<(), Failure> {
    let store = &desk.post.store;
    let found: Option<Membership> = store.record(name.member.as_str()).await?;
    let Some(member) = found.filter(|member| member.user == name.user) else { return Ok(()) };
    let Some(organisation) = store.organisation(&member.organisation).await? else { return Ok(()) };
    let statuses =
        email_statuses(store, &desk.post.secrets, std::slice::from_ref(&member), desk.now).await?;
    if statuses != [EmailStatus::Unconfirmed] {
        return Ok(());
    }
    write(desk, &organisation, &member, (MailMark::of_confirmation(name), false)).await
}

/// Asks again since alerts wait, once a day.
pub(crate) async fn remind(
    desk: &Desk<'_>,
    organisation: &Organisation,
    member: &Membership,
) -> Result<(), Failure> {
    write(desk, organisation, member, (MailMark::of_reminder(&member.id, day_of(desk.now)), true))
        .await
}

async fn write(
    desk: &Desk<'_>,
    organisation: &Organisation,
    member: &Membership,
    (mark, alerts_wait): (MailMark, bool),
) -> Result<(), Failure> {
    let store = &desk.post.store;
    if store.mail_fate(&mark).await?.is_some() {
        return Ok(());
    }
    let address = address_hash(store, &desk.post.secrets, &member.email, desk.now).await?;
    if !store.ask_address(&address, &mark.name(), desk.now).await? {
        warn_tenant(
            &organisation.id,
            "CONFIRMATIONS_SPENT",
            member.id.as_str(),
            "the address was asked often enough this week",
        );
        return Ok(());
    }
    let letter = letter(desk, organisation, member, alerts_wait).await?;
    let piece = Piece {
        organisation,
        member,
        mark,
        urgency: Urgency::Calls,
        letter,
        about: member.id.as_str(),
    };
    desk.deliver(piece, &mut Told::default()).await
}

async fn letter(
    desk: &Desk<'_>,
    organisation: &Organisation,
    member: &Membership,
    alerts_wait: bool,
) -> Result<Letter, Failure> {
    let secret =
        desk.post.secrets.of_organisation(&desk.post.store, &organisation.id, desk.now).await?;
    let until = after(desk.now, CONFIRMATION_DAYS * 86_400);
    let pass = AddressPass { member: member.id.clone(), user: member.user.clone(), until };
    let url = format!("{}/v1/confirmation-pages/{}", desk.post.public_url, pass.token(&secret));
    let below = format!("Opening the page changes nothing. The link works until {}.", time(until));
    let sheet = Sheet {
        heading: "Please confirm your e-mail address".to_owned(),
        above: None,
        sentences: sentences(organisation, alerts_wait),
        facts: Vec::new(),
        links: vec![Link { label: "Confirm or refuse".to_owned(), url }],
        below: Some(below),
        footer: "You receive this because somebody gave this address as theirs or a colleague's. \
            It is asked for three times a week at the most."
            .to_owned(),
    };
    sheet.letter(
        if alerts_wait {
            "Disputes wait: please confirm your e-mail address"
        } else {
            "Please confirm your e-mail address"
        }
        .to_owned(),
    )
}

/// What the organisation asks of the address's owner, and what confirming means.
fn sentences(organisation: &Organisation, alerts_wait: bool) -> Vec<String> {
    let asks = format!(
        "A company that calls itself {} asks to send e-mails about disputed payments to this \
         address.",
        company(&organisation.name)
    );
    let waiting = "Disputes of this company wait for a decision now, and nobody there gets \
        e-mails about them.";
    let trial = "The company tries this service out: its disputes are not real.";
    let choice = "Confirm only if you work with that company and want these e-mails. If not, \
        refuse on the same page, or do nothing: no other e-mail comes before you confirm.";
    let sentences = [
        Some(asks.as_str()),
        alerts_wait.then_some(waiting),
        (organisation.mode == Mode::Test).then_some(trial),
        Some(choice),
    ];
    sentences.into_iter().flatten().map(ToOwned::to_owned).collect()
}

//! What became of e-mails that left: a mailbox that is not there, and somebody who reports one as
//! unwanted, is written to by nobody any more, whichever organisation it was for.

mod event;

use domain::basics::id::OrganisationId;
use domain::notify::mail::Suppression;
use event::{Envelope, MailSent, Meaning};
use flows::Failure;
use flows::member_address::address_hash;
use flows::secrets::Secrets;
use flows::tenant_warning::warn_tenant;
use jiff::Timestamp;
use store::Store;

/// Reads one event.
///
/// # Errors
/// [`Failure`] where it cannot be read, or the store does not answer: it comes again.
pub async fn handle(
    store: &Store,
    secrets: &Secrets,
    body: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let Envelope { detail } = serde_json::from_str(body)?;
    let member = detail.mail.tag("member").unwrap_or("unknown");
    match detail.meaning() {
        Meaning::Ends(suppression) => {
            for email in &detail.mail.destination {
                let address = address_hash(store, secrets, email, now).await?;
                store.suppress_address(&address, suppression, now).await?;
            }
            warn_sender(&detail.mail, member, suppression);
        }
        Meaning::Rejected => tracing::error!(member, "E-mail was refused after it was taken"),
        Meaning::Nothing => tracing::info!(member, "Event of an e-mail that changes nothing"),
    }
    Ok(())
}

/// Tells the organisation that the e-mail was for.
fn warn_sender(mail: &MailSent, member: &str, suppression: Suppression) {
    let organisation = mail.tag("organisation").and_then(|id| id.parse::<OrganisationId>().ok());
    if let Some(organisation) = organisation {
        let detail = "nobody writes to the address any more";
        warn_tenant(&organisation, word(suppression), member, detail);
    }
}

const fn word(suppression: Suppression) -> &'static str {
    match suppression {
        Suppression::Bounced => "MAIL_BOUNCED",
        Suppression::Complained => "MAIL_COMPLAINED",
    }
}

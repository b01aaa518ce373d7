//! Bounces and complaints of sent e-mails. A permanent bounce or a spam complaint suppresses the
//! address for all organisations.

mod event;

use domain::basics::id::OrganisationId;
use domain::notify::mail::EmailSuppression;
use event::{EventMeaning, MailEventEnvelope, SentMailDetail};
use flows::StageFailure;
use flows::member_address::address_hash;
use flows::secrets::SecretVault;
use flows::tenant_warning::warn_tenant;
use jiff::Timestamp;
use store::Store;

/// Handles an event.
///
/// # Errors
/// [`StageFailure`] where the event cannot be parsed, or the store does not answer; the queue
/// redelivers the event.
pub async fn handle(
    store: &Store,
    secrets: &SecretVault,
    body: &str,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let MailEventEnvelope { detail } = serde_json::from_str(body)?;
    let member = detail.mail.tag_value("member").unwrap_or("unknown");
    match detail.to_meaning() {
        EventMeaning::Ends(suppression) => {
            for email in &detail.mail.destination {
                let address = address_hash(store, secrets, email, now).await?;
                store.suppress_address(&address, suppression, now).await?;
            }
            warn_sender(&detail.mail, member, suppression);
        }
        EventMeaning::Rejected => tracing::error!(member, "E-mail was refused after it was taken"),
        EventMeaning::Nothing => tracing::info!(member, "Event of an e-mail that changes nothing"),
    }
    Ok(())
}

/// Warns the organisation of the e-mail.
fn warn_sender(mail: &SentMailDetail, member: &str, suppression: EmailSuppression) {
    let organisation =
        mail.tag_value("organisation").and_then(|id| id.parse::<OrganisationId>().ok());
    if let Some(organisation) = organisation {
        let detail = "nobody writes to the address any more";
        warn_tenant(&organisation, warning_name(suppression), member, detail);
    }
}

const fn warning_name(suppression: EmailSuppression) -> &'static str {
    match suppression {
        EmailSuppression::Bounced => "MAIL_BOUNCED",
        EmailSuppression::Complained => "MAIL_COMPLAINED",
    }
}

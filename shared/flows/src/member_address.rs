//! The addresses of members, as the store knows them: by a hash under the deployment's own secret,
//! across all partners.

use domain::account::Membership;
use domain::basics::email::normalise_email;
use domain::notify::mail::EmailStatus;
use jiff::Timestamp;
use store::Store;

use crate::StageFailure;
use crate::keyed_hash::keyed_hash;
use crate::secrets::SecretVault;

/// Keeps these hashes apart from what else the deployment's secret is for.
const PURPOSE: &str = "e-mail address";

/// The hash by which an address is known.
///
/// # Errors
/// [`Failure`] where the store or the key service does not answer.
pub async fn address_hash(
    store: &Store,
    secrets: &SecretVault,
    email: &str,
    now: Timestamp,
) -> Result<String, StageFailure> {
    Ok(keyed_hash(&secrets.deployment_secret(store, now).await?, PURPOSE, &normalise_email(email)))
}

/// Whether each member's organisation may write to the member.
///
/// # Errors
/// [`Failure`] where the store or the key service does not answer.
pub async fn email_statuses(
    store: &Store,
    secrets: &SecretVault,
    members: &[Membership],
    now: Timestamp,
) -> Result<Vec<EmailStatus>, StageFailure> {
    let mut wanted = Vec::with_capacity(members.len());
    for member in members {
        wanted.push((
            address_hash(store, secrets, &member.email, now).await?,
            member.organisation.clone(),
        ));
    }
    Ok(store.read_email_statuses(&wanted).await?)
}

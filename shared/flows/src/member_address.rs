//! The addresses of members, which the store has only as a hash under the deployment's own secret,
//! across all partners.

use domain::account::Membership;
use domain::basics::email::normalise_email;
use domain::notify::mail::EmailStatus;
use jiff::Timestamp;
use store::Store;

use crate::StageFailure;
use crate::keyed_hash::keyed_hash;
use crate::secrets::SecretVault;

/// The purpose of the hash, which separates these hashes from other uses of the deployment's
/// secret.
const PURPOSE: &str = "e-mail address";

/// Returns the hash of an address.
///
/// # Errors
/// [`StageFailure`] if the store or the key service does not answer.
pub async fn address_hash(
    store: &Store,
    secrets: &SecretVault,
    email: &str,
    now: Timestamp,
) -> Result<String, StageFailure> {
    Ok(keyed_hash(&secrets.deployment_secret(store, now).await?, PURPOSE, &normalise_email(email)))
}

/// Returns for each member whether the organisation may send e-mail to the member.
///
/// # Errors
/// [`StageFailure`] if the store or the key service does not answer.
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

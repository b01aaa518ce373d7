//! Negative lists: the keyed hash of an entry, and the entries for customers of refunded alerts.

use domain::alert::{Alert, DecisionMaker};
use domain::basics::card::TruncatedCard;
use domain::basics::id::{ListedId, OrganisationId};
use domain::privacy::negative_list::{
    NegativeListAuthor, NegativeListEntry, NegativeListReason, NegativeListSubject,
};
use domain::rules::ruleset::Ruleset;
use jiff::Timestamp;
use partners::{Payer, SecretText};
use store::Store;

use crate::StageFailure;
use crate::keyed_hash::keyed_hash;
use crate::secrets::SecretVault;

/// The purpose of the hash, which separates these hashes from other uses of the organisation's
/// secret.
const PURPOSE: &str = "negative-list";

/// Returns the id of an entry, derived from the organisation, the kind and the keyed hash. The id
/// does not reveal the customer.
#[must_use]
pub fn listed_id(
    secret: &SecretText,
    organisation: &OrganisationId,
    subject: &NegativeListSubject,
) -> ListedId {
    let kind = subject.kind.as_str();
    ListedId::derived(&[
        organisation.as_str(),
        kind,
        &keyed_hash(secret, PURPOSE, &format!("{kind}\n{}", subject.canonical_text())),
    ])
}

/// Returns the author of the entries for the customer of a refunded alert: the organisation's
/// setting, else the ruleset, else `None`.
///
/// # Errors
/// [`StageFailure`] if the store does not answer.
pub async fn find_lister(
    store: &Store,
    alert: &Alert,
) -> Result<Option<NegativeListAuthor>, StageFailure> {
    let organisation = store.read_organisation(&alert.organisation).await?;
    if organisation.is_some_and(|organisation| organisation.lists_customer_of(alert)) {
        return Ok(Some(NegativeListAuthor::Setting));
    }
    let Some(DecisionMaker::Rule(explanation)) = alert.decision().map(|decision| &decision.by)
    else {
        return Ok(None);
    };
    let ruleset: Option<Ruleset> = store.read_record(explanation.ruleset.as_str()).await?;
    let lists = ruleset.is_some_and(|ruleset| ruleset.adds_to_negative_list);
    Ok(lists.then(|| NegativeListAuthor::Ruleset(explanation.ruleset.clone())))
}

/// Lists the customer of an alert by all available identifiers. The call is idempotent, and
/// precedes the write to which the entries belong.
///
/// # Errors
/// [`StageFailure`] if the store or the key service does not answer.
pub async fn list_customer(
    store: &Store,
    secrets: &SecretVault,
    alert: &Alert,
    (by, payer): (NegativeListAuthor, Payer),
    now: Timestamp,
) -> Result<(), StageFailure> {
    let subjects = customer_subjects(store, alert, &payer).await?;
    if subjects.is_empty() {
        tracing::info!(alert = %alert.id, "Nothing is known of the alert's customer that could be \
            listed");
        return Ok(());
    }
    let secret = secrets.organisation_secret(store, &alert.organisation, now).await?;
    for subject in subjects {
        let entry = NegativeListEntry {
            id: listed_id(&secret, &alert.organisation, &subject),
            organisation: alert.organisation.clone(),
            kind: subject.kind,
            masked: subject.masked_text().to_owned(),
            reason: NegativeListReason::from_alert(alert),
            source_alert: Some(alert.id.clone()),
            note: None,
            expires_at: None,
            by: by.clone(),
            created_at: now,
        };
        store.insert_negative_entry(&entry, now).await?;
    }
    Ok(())
}

/// Returns the BIN and last four digits of the card that paid. The BIN of a wallet's device is not
/// a card's: the bank's BIN is used only with the bank's digits.
fn paying_card<'a>(
    sold: Option<&'a TruncatedCard>,
    told: &'a TruncatedCard,
) -> (Option<&'a String>, Option<&'a String>) {
    let last4 = sold.and_then(|card| card.last4.as_ref()).or(told.last4.as_ref());
    let told_bin = told.bin.as_ref().filter(|_| last4 == told.last4.as_ref());
    (sold.and_then(|card| card.bin.as_ref()).or(told_bin), last4)
}

/// Returns the identifiers of the customer: e-mail address, processor's customer and card. The
/// order's address precedes the processor's, and a card needs the expiry.
async fn customer_subjects(
    store: &Store,
    alert: &Alert,
    payer: &Payer,
) -> Result<Vec<NegativeListSubject>, StageFailure> {
    let sale = alert.sale().map(|found| &found.sale);
    let order = match sale.and_then(|sale| sale.order.as_ref()) {
        Some(id) => store.read_order(id).await?,
        None => None,
    };
    let email = order
        .and_then(|order| order.customer_email)
        .or_else(|| payer.email.clone())
        .and_then(|email| NegativeListSubject::from_email(&email).ok());
    let customer = payer
        .customer
        .as_deref()
        .and_then(|id| NegativeListSubject::from_processor_customer(id).ok());
    let (bin, last4) = paying_card(sale.map(|sale| &sale.card), &alert.claim.card);
    let card = bin.zip(last4).zip(payer.card_expiry.as_ref());
    let card = card
        .and_then(|((bin, last4), expiry)| NegativeListSubject::from_card(bin, last4, expiry).ok());
    Ok([email, customer, card].into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_bin_is_not_listed_with_the_cards_digits() {
        let card = |bin: Option<&str>, last4: &str| TruncatedCard {
            bin: bin.map(Into::into),
            last4: Some(last4.into()),
            brand: None,
        };
        let listed = |sold: TruncatedCard, told: TruncatedCard| {
            let (bin, last4) = paying_card(Some(&sold), &told);
            (bin.cloned(), last4.cloned())
        };
        let own = (Some("424242".to_owned()), Some("4242".to_owned()));
        assert_eq!(listed(card(None, "4242"), card(Some("424242"), "4242")), own);
        assert_eq!(listed(card(Some("424242"), "4242"), card(Some("481582"), "9876")), own);
        assert_eq!(
            listed(card(None, "4242"), card(Some("481582"), "9876")),
            (None, Some("4242".to_owned()))
        );
    }
}

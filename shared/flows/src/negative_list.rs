//! Negative lists: the keyed hash that an entry goes by, and the customers of alerts for which
//! money went back.

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

/// What keeps these hashes apart from all others under an organisation's secret.
const PURPOSE: &str = "negative-list";

/// The id of an entry: made of the organisation, the kind and the keyed hash, so that nobody reads
/// the customer from it.
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

/// Who lists the customer of an alert for which money went back: its organisation's setting, else
/// its ruleset, else nobody.
///
/// # Errors
/// [`Failure`] where the store does not answer.
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

/// Puts what is known of an alert's customer on the list. Done again it changes nothing, so that it
/// goes before the write that it belongs to.
///
/// # Errors
/// [`Failure`] where the store or the key service does not answer.
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

/// The BIN and last four digits of the card that paid. The BIN of a wallet's device is no card's:
/// the bank's BIN goes with the bank's digits only.
fn paying_card<'a>(
    sold: Option<&'a TruncatedCard>,
    told: &'a TruncatedCard,
) -> (Option<&'a String>, Option<&'a String>) {
    let last4 = sold.and_then(|card| card.last4.as_ref()).or(told.last4.as_ref());
    let told_bin = told.bin.as_ref().filter(|_| last4 == told.last4.as_ref());
    (sold.and_then(|card| card.bin.as_ref()).or(told_bin), last4)
}

/// The e-mail address of the order, else the processor's, the processor's customer, and the card
/// where its expiry is known.
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

//! Negative lists: the keyed hash that an entry goes by, and the customers of alerts for which
//! money went back.

use domain::alert::{Alert, Decider};
use domain::basics::card::Card;
use domain::basics::id::{ListedId, OrganisationId};
use domain::privacy::negative_list::{Listed, ListedBy, ListedReason, Subject};
use domain::rules::ruleset::Ruleset;
use jiff::Timestamp;
use partners::{Payer, SecretText};
use store::Store;

use crate::Failure;
use crate::keyed_hash::keyed_hash;
use crate::secrets::Secrets;

/// What keeps these hashes apart from all others under an organisation's secret.
const PURPOSE: &str = "negative-list";

/// The id of an entry: made of the organisation, the kind and the keyed hash, so that nobody reads
/// the customer from it.
#[must_use]
pub fn listed_id(
    secret: &SecretText,
    organisation: &OrganisationId,
    subject: &Subject,
) -> ListedId {
    let kind = subject.kind.as_str();
    ListedId::derived(&[
        organisation.as_str(),
        kind,
        &keyed_hash(secret, PURPOSE, &format!("{kind}\n{}", subject.text())),
    ])
}

/// Who lists the customer of an alert for which money went back: its organisation's setting, else
/// its ruleset, else nobody.
///
/// # Errors
/// [`Failure`] where the store does not answer.
pub async fn lister(store: &Store, alert: &Alert) -> Result<Option<ListedBy>, Failure> {
    let organisation = store.organisation(&alert.organisation).await?;
    if organisation.is_some_and(|organisation| organisation.lists_customer_of(alert)) {
        return Ok(Some(ListedBy::Setting));
    }
    let Some(Decider::Rule(explanation)) = alert.decision().map(|decision| &decision.by) else {
        return Ok(None);
    };
    let ruleset: Option<Ruleset> = store.record(explanation.ruleset.as_str()).await?;
    let lists = ruleset.is_some_and(|ruleset| ruleset.adds_to_negative_list);
    Ok(lists.then(|| ListedBy::Ruleset(explanation.ruleset.clone())))
}

/// Puts what is known of an alert's customer on the list. Done again it changes nothing, so that it
/// goes before the write that it belongs to.
///
/// # Errors
/// [`Failure`] where the store or the key service does not answer.
pub async fn list_customer(
    store: &Store,
    secrets: &Secrets,
    alert: &Alert,
    (by, payer): (ListedBy, Payer),
    now: Timestamp,
) -> Result<(), Failure> {
    let subjects = subjects(store, alert, &payer).await?;
    if subjects.is_empty() {
        tracing::info!(alert = %alert.id, "Nothing is known of the alert's customer that could be \
            listed");
        return Ok(());
    }
    let secret = secrets.of_organisation(store, &alert.organisation, now).await?;
    for subject in subjects {
        let entry = Listed {
            id: listed_id(&secret, &alert.organisation, &subject),
            organisation: alert.organisation.clone(),
            kind: subject.kind,
            masked: subject.masked().to_owned(),
            reason: ListedReason::of(alert),
            source_alert: Some(alert.id.clone()),
            note: None,
            expires_at: None,
            by: by.clone(),
            created_at: now,
        };
        store.list_customer(&entry, now).await?;
    }
    Ok(())
}

/// The BIN and last four digits of the card that paid. The BIN of a wallet's device is no card's:
/// the bank's BIN goes with the bank's digits only.
fn card_of<'a>(sold: Option<&'a Card>, told: &'a Card) -> (Option<&'a String>, Option<&'a String>) {
    let last4 = sold.and_then(|card| card.last4.as_ref()).or(told.last4.as_ref());
    let told_bin = told.bin.as_ref().filter(|_| last4 == told.last4.as_ref());
    (sold.and_then(|card| card.bin.as_ref()).or(told_bin), last4)
}

/// The e-mail address of the order, else the processor's, the processor's customer, and the card
/// where its expiry is known.
async fn subjects(store: &Store, alert: &Alert, payer: &Payer) -> Result<Vec<Subject>, Failure> {
    let sale = alert.sale().map(|found| &found.sale);
    let order = match sale.and_then(|sale| sale.order.as_ref()) {
        Some(id) => store.order(id).await?,
        None => None,
    };
    let email = order
        .and_then(|order| order.customer_email)
        .or_else(|| payer.email.clone())
        .and_then(|email| Subject::email(&email).ok());
    let customer = payer.customer.as_deref().and_then(|id| Subject::processor_customer(id).ok());
    let (bin, last4) = card_of(sale.map(|sale| &sale.card), &alert.claim.card);
    let card = bin.zip(last4).zip(payer.card_expiry.as_ref());
    let card = card.and_then(|((bin, last4), expiry)| Subject::card(bin, last4, expiry).ok());
    Ok([email, customer, card].into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_bin_is_not_listed_with_the_cards_digits() {
        let card = |bin: Option<&str>, last4: &str| Card {
            bin: bin.map(Into::into),
            last4: Some(last4.into()),
            brand: None,
        };
        let listed = |sold: Card, told: Card| {
            let (bin, last4) = card_of(Some(&sold), &told);
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

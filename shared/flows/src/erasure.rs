//! The erasure of a customer's data in an organisation. What leads to the rest goes last, so that
//! doing it again finishes what a failure left.

mod scrub;

use std::collections::{BTreeMap, BTreeSet};

use domain::account::person::Person;
use domain::account::{Integration, Membership, Merchant};
use domain::alert::{Actor, Alert};
use domain::basics::email::normalised;
use domain::basics::id::{
    AlertId, ErasureId, EventId, HandRefundId, KeyId, OrderId, OrganisationId,
};
use domain::matching::setup::sales_of;
use domain::notify::event::{EventKind, EventName, Subject};
use domain::privacy::erasure::{Erased, Erasure, Stays};
use domain::refund::manual::HandRefund;
use domain::rules::ruleset::Ruleset;
use domain::sale::order::Order;
use jiff::Timestamp;
use partners::SecretText;
use store::record::Record;
use store::{Store, StoreError};

use crate::Failure;
use crate::keyed_hash::keyed_hash;
use crate::secrets::Secrets;
use runtime::random::new_seed;
use scrub::{mentions, without};

/// What a customer's hash is made for.
const PURPOSE: &str = "customer";
/// How often a write is tried again where somebody else wrote first.
const ATTEMPTS: usize = 5;
/// Names of other systems, by which a thing is found again: they are not looked into.
const REFERENCES: &[&str] = &[
    "reference_id",
    "payment_method_reference_id",
    "network_transaction_id",
    "transaction_id",
    "reference",
];

/// A customer as the look-up rows of orders name it.
#[must_use]
pub fn customer_hash(secret: &SecretText, email: &str) -> String {
    keyed_hash(secret, PURPOSE, &normalised(email))
}

/// Whose an order is, as a hash, where it tells.
///
/// # Errors
/// [`Failure`] where the store or the key service does not answer.
pub async fn customer_of(
    store: &Store,
    secrets: &Secrets,
    order: &Order,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let Some(email) = order.customer_email.as_deref().filter(|email| !email.trim().is_empty())
    else {
        return Ok(None);
    };
    let secret = secrets.of_organisation(store, &order.organisation, now).await?;
    Ok(Some(customer_hash(&secret, email)))
}

/// Erases a customer from an organisation, and keeps what was done.
///
/// # Errors
/// [`Failure`] where not all could be done: doing it again goes on.
pub async fn erase(
    store: &Store,
    secrets: &Secrets,
    whose: (&OrganisationId, &str),
    by: &KeyId,
    now: Timestamp,
) -> Result<Erasure, Failure> {
    let (organisation, email) = whose;
    let customer = customer_hash(&secrets.of_organisation(store, organisation, now).await?, email);
    let actor = Actor::Person(Person::from(by.clone()));
    let mut erasing = Erasing { store, organisation, email, actor, now, erased: Erased::default() };
    let orders = store.orders_of_customer(organisation, &customer).await?;
    let found = erasing.around(&orders).await?;
    for id in &found.alerts {
        erasing.clean_alert(id, &orders).await?;
    }
    for id in &found.refunds {
        erasing.clean_refund(id).await?;
    }
    erasing.erased.imported_alerts = erasing.clean_imports().await?;
    for id in &orders {
        erasing.clean_order(id).await?;
        store.forget_customer(organisation, &customer, id).await?;
    }
    let (erased, stays) = (erasing.erased, erasing.stays().await?);
    let id = ErasureId::from_seed(new_seed().map_err(|_| Failure::Missing("randomness"))?);
    let erasure = Erasure {
        id,
        organisation: organisation.clone(),
        customer,
        by: by.clone(),
        at: now,
        erased,
        stays,
    };
    store.keep_erasure(&erasure).await?;
    Ok(erasure)
}

/// What may tell of a customer, beside the orders.
#[derive(Default)]
struct Around {
    alerts: BTreeSet<AlertId>,
    refunds: BTreeSet<HandRefundId>,
}

struct Erasing<'a> {
    store: &'a Store,
    organisation: &'a OrganisationId,
    email: &'a str,
    actor: Actor,
    now: Timestamp,
    erased: Erased,
}

impl Erasing<'_> {
    async fn around(&self, orders: &BTreeSet<OrderId>) -> Result<Around, Failure> {
        let integrations: Vec<Integration> = self.store.records(self.organisation).await?;
        let merchants: Vec<Merchant> = self.store.records(self.organisation).await?;
        let mut around = Around::default();
        for order in self.store.orders(orders).await? {
            let sales = sales_of(&order, &integrations, &merchants);
            around.alerts.extend(self.store.alerts_near(self.organisation, &sales).await?);
            for sale in &sales {
                let entries = self.store.ledger(&sale.id).await?.entries;
                around
                    .refunds
                    .extend(entries.iter().filter_map(|entry| entry.cause.as_str().parse().ok()));
            }
        }
        Ok(around)
    }

    /// The alert, and what subscribers were told of it; most that are near are about somebody
    /// else's sales.
    async fn clean_alert(
        &mut self,
        id: &AlertId,
        orders: &BTreeSet<OrderId>,
    ) -> Result<(), Failure> {
        let Some(alert) = self.store.alert(id).await? else { return Ok(()) };
        let candidates = alert.sale().into_iter().chain(alert.candidates());
        let about = candidates
            .filter_map(|one| one.sale.order.as_ref())
            .any(|order| orders.contains(order));
        if !about && !mentions(&alert, self.email, REFERENCES)? {
            return Ok(());
        }
        self.erased.events += self.clean_events(&Subject::Alert(id.clone()), alert.version).await?;
        for _ in 0..ATTEMPTS {
            let Some(alert) = self.store.alert(id).await? else { return Ok(()) };
            let Some(clean) = without::<Alert>(&alert, self.email, REFERENCES)? else {
                return Ok(());
            };
            match self.store.commit(&clean.erased(self.actor.clone(), self.now)).await {
                Err(StoreError::Conflict(_)) => {}
                done => {
                    self.erased.alerts += 1;
                    return Ok(done?);
                }
            }
        }
        Err(StoreError::Conflict(id.to_string()).into())
    }

    /// The events of an alert or a refund: their ids follow from its versions.
    async fn clean_events(&self, subject: &Subject, latest: u64) -> Result<usize, Failure> {
        let kinds = EventKind::ALL.iter().copied();
        let names = (1..=latest).flat_map(|version| {
            kinds
                .clone()
                .map(move |kind| EventName { subject: subject.clone(), version, kind }.id())
        });
        let ids: Vec<EventId> = names.collect();
        let mut count = 0;
        for mut event in self.store.events(&ids).await? {
            if let Some(body) = domain::basics::email::without(&event.body, self.email) {
                event.body = body;
                self.store.rewrite_event(&event).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn clean_refund(&mut self, id: &HandRefundId) -> Result<(), Failure> {
        if let Some(refund) = self.store.hand_refund(id).await? {
            self.erased.events +=
                self.clean_events(&Subject::Refund(id.clone()), refund.version).await?;
        }
        for _ in 0..ATTEMPTS {
            let Some(refund) = self.store.hand_refund(id).await? else { return Ok(()) };
            let Some(clean) = without::<HandRefund>(&refund, self.email, REFERENCES)? else {
                return Ok(());
            };
            match self.store.commit_hand_refund(&clean.erased(self.actor.clone(), self.now)).await {
                Err(StoreError::Conflict(_)) => {}
                done => return Ok(done?),
            }
        }
        Err(StoreError::Conflict(id.to_string()).into())
    }

    async fn clean_imports(&self) -> Result<usize, Failure> {
        self.store
            .change_imported(self.organisation, |row| Ok(without(row, self.email, REFERENCES)?))
            .await
    }

    async fn clean_order(&mut self, id: &OrderId) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let Some(order) = self.store.order(id).await? else { return Ok(()) };
            let Some(clean) = without::<Order>(&order, self.email, REFERENCES)? else {
                return Ok(());
            };
            let version = order.version.saturating_add(1);
            match self.store.replace_order(&Order { version, updated_at: self.now, ..clean }).await
            {
                Err(StoreError::Conflict(_)) => {}
                done => {
                    self.erased.orders += 1;
                    return Ok(done?);
                }
            }
        }
        Err(StoreError::Conflict(id.to_string()).into())
    }

    /// What the organisation itself set up and that names the address: its own to change.
    async fn stays(&self) -> Result<Vec<Stays>, Failure> {
        let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        named.insert("rulesets", self.naming::<Ruleset>().await?);
        named.insert("memberships", self.naming::<Membership>().await?);
        let why = "It was set up by the organisation and names the address: change or delete it.";
        let set_up = named.into_iter().filter(|(_, ids)| !ids.is_empty());
        Ok(set_up.map(|(kind, ids)| Stays { kind: kind.into(), ids, why: why.into() }).collect())
    }

    async fn naming<R: Record>(&self) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::new();
        for record in self.store.records::<R>(self.organisation).await? {
            if mentions(&record, self.email, REFERENCES)? {
                ids.push(record.id().to_owned());
            }
        }
        Ok(ids)
    }
}

//! The erasure of a customer's data in an organisation. What leads to the rest goes last, so that
//! doing it again finishes what a failure left.

mod scrub;

use std::collections::{BTreeMap, BTreeSet};

use domain::account::person::Requester;
use domain::account::{Integration, Membership, Merchant};
use domain::alert::{Alert, HistoryActor};
use domain::basics::email::normalise_email;
use domain::basics::id::{
    AlertId, ErasureId, EventId, HandRefundId, KeyId, OrderId, OrganisationId,
};
use domain::matching::setup::sales_of_order;
use domain::notify::event::{EventKind, EventName, EventSubject};
use domain::privacy::erasure::{CustomerErasure, ErasureCounts, RetainedRecords};
use domain::refund::manual::ManualRefund;
use domain::rules::ruleset::Ruleset;
use domain::sale::order::Order;
use jiff::Timestamp;
use partners::SecretText;
use store::record::OrganisationRecord;
use store::{Store, StoreError};

use crate::StageFailure;
use crate::keyed_hash::keyed_hash;
use crate::secrets::SecretVault;
use runtime::random::new_seed;
use scrub::{mentions_address, without_address};

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
    keyed_hash(secret, PURPOSE, &normalise_email(email))
}

/// Whose an order is, as a hash, where it tells.
///
/// # Errors
/// [`Failure`] where the store or the key service does not answer.
pub async fn order_customer_hash(
    store: &Store,
    secrets: &SecretVault,
    order: &Order,
    now: Timestamp,
) -> Result<Option<String>, StageFailure> {
    let Some(email) = order.customer_email.as_deref().filter(|email| !email.trim().is_empty())
    else {
        return Ok(None);
    };
    let secret = secrets.organisation_secret(store, &order.organisation, now).await?;
    Ok(Some(customer_hash(&secret, email)))
}

/// Erases a customer from an organisation, and keeps what was done.
///
/// # Errors
/// [`Failure`] where not all could be done: doing it again goes on.
pub async fn erase_customer(
    store: &Store,
    secrets: &SecretVault,
    whose: (&OrganisationId, &str),
    by: &KeyId,
    now: Timestamp,
) -> Result<CustomerErasure, StageFailure> {
    let (organisation, email) = whose;
    let customer =
        customer_hash(&secrets.organisation_secret(store, organisation, now).await?, email);
    let actor = HistoryActor::Person(Requester::from(by.clone()));
    let mut erasing =
        ErasureRun { store, organisation, email, actor, now, erased: ErasureCounts::default() };
    let orders = store.orders_of_customer(organisation, &customer).await?;
    let found = erasing.find_traces(&orders).await?;
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
    let (erased, stays) = (erasing.erased, erasing.find_remaining().await?);
    let id = ErasureId::from_seed(new_seed().map_err(|_| StageFailure::Missing("randomness"))?);
    let erasure = CustomerErasure {
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
struct CustomerTraces {
    alerts: BTreeSet<AlertId>,
    refunds: BTreeSet<HandRefundId>,
}

struct ErasureRun<'a> {
    store: &'a Store,
    organisation: &'a OrganisationId,
    email: &'a str,
    actor: HistoryActor,
    now: Timestamp,
    erased: ErasureCounts,
}

impl ErasureRun<'_> {
    async fn find_traces(
        &self,
        orders: &BTreeSet<OrderId>,
    ) -> Result<CustomerTraces, StageFailure> {
        let integrations: Vec<Integration> = self.store.read_records(self.organisation).await?;
        let merchants: Vec<Merchant> = self.store.read_records(self.organisation).await?;
        let mut around = CustomerTraces::default();
        for order in self.store.read_orders(orders).await? {
            let sales = sales_of_order(&order, &integrations, &merchants);
            around.alerts.extend(self.store.alerts_near_sales(self.organisation, &sales).await?);
            for sale in &sales {
                let entries = self.store.read_ledger(&sale.id).await?.entries;
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
    ) -> Result<(), StageFailure> {
        let Some(alert) = self.store.read_alert(id).await? else { return Ok(()) };
        let candidates = alert.sale().into_iter().chain(alert.candidates());
        let about = candidates
            .filter_map(|one| one.sale.order.as_ref())
            .any(|order| orders.contains(order));
        if !about && !mentions_address(&alert, self.email, REFERENCES)? {
            return Ok(());
        }
        self.erased.events +=
            self.clean_events(&EventSubject::Alert(id.clone()), alert.version).await?;
        for _ in 0..ATTEMPTS {
            let Some(alert) = self.store.read_alert(id).await? else { return Ok(()) };
            let Some(clean) = without_address::<Alert>(&alert, self.email, REFERENCES)? else {
                return Ok(());
            };
            match self.store.commit(&clean.record_erasure(self.actor.clone(), self.now)).await {
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
    async fn clean_events(
        &self,
        subject: &EventSubject,
        latest: u64,
    ) -> Result<usize, StageFailure> {
        let kinds = EventKind::ALL.iter().copied();
        let names = (1..=latest).flat_map(|version| {
            kinds
                .clone()
                .map(move |kind| EventName { subject: subject.clone(), version, kind }.event_id())
        });
        let ids: Vec<EventId> = names.collect();
        let mut count = 0;
        for mut event in self.store.read_events(&ids).await? {
            if let Some(body) = domain::basics::email::erase_email(&event.body, self.email) {
                event.body = body;
                self.store.rewrite_event(&event).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn clean_refund(&mut self, id: &HandRefundId) -> Result<(), StageFailure> {
        if let Some(refund) = self.store.read_manual_refund(id).await? {
            self.erased.events +=
                self.clean_events(&EventSubject::Refund(id.clone()), refund.version).await?;
        }
        for _ in 0..ATTEMPTS {
            let Some(refund) = self.store.read_manual_refund(id).await? else { return Ok(()) };
            let Some(clean) = without_address::<ManualRefund>(&refund, self.email, REFERENCES)?
            else {
                return Ok(());
            };
            match self
                .store
                .commit_manual_refund(&clean.record_erasure(self.actor.clone(), self.now))
                .await
            {
                Err(StoreError::Conflict(_)) => {}
                done => return Ok(done?),
            }
        }
        Err(StoreError::Conflict(id.to_string()).into())
    }

    async fn clean_imports(&self) -> Result<usize, StageFailure> {
        self.store
            .change_imported_alerts(self.organisation, |row| {
                Ok(without_address(row, self.email, REFERENCES)?)
            })
            .await
    }

    async fn clean_order(&mut self, id: &OrderId) -> Result<(), StageFailure> {
        for _ in 0..ATTEMPTS {
            let Some(order) = self.store.read_order(id).await? else { return Ok(()) };
            let Some(clean) = without_address::<Order>(&order, self.email, REFERENCES)? else {
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
    async fn find_remaining(&self) -> Result<Vec<RetainedRecords>, StageFailure> {
        let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        named.insert("rulesets", self.records_naming::<Ruleset>().await?);
        named.insert("memberships", self.records_naming::<Membership>().await?);
        let why = "It was set up by the organisation and names the address: change or delete it.";
        let set_up = named.into_iter().filter(|(_, ids)| !ids.is_empty());
        Ok(set_up
            .map(|(kind, ids)| RetainedRecords { kind: kind.into(), ids, why: why.into() })
            .collect())
    }

    async fn records_naming<R: OrganisationRecord>(&self) -> Result<Vec<String>, StageFailure> {
        let mut ids = Vec::new();
        for record in self.store.read_records::<R>(self.organisation).await? {
            if mentions_address(&record, self.email, REFERENCES)? {
                ids.push(record.id().to_owned());
            }
        }
        Ok(ids)
    }
}

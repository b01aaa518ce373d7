//! The erasure of a customer's data in an organisation. The rows that lead to other rows go last: a
//! retry then finishes an interrupted erasure.

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

/// The purpose of the customer's keyed hash.
const PURPOSE: &str = "customer";
/// The attempts at a write, while other writers cause conflicts.
const ATTEMPTS: usize = 5;
/// The fields with references of other systems. References identify records and are not searched.
const REFERENCES: &[&str] = &[
    "reference_id",
    "payment_method_reference_id",
    "network_transaction_id",
    "transaction_id",
    "reference",
];

/// Returns the customer's hash, as the look-up rows of orders use the hash.
#[must_use]
pub fn customer_hash(secret: &SecretText, email: &str) -> String {
    keyed_hash(secret, PURPOSE, &normalise_email(email))
}

/// Returns the hash of an order's customer, if the order has an e-mail address.
///
/// # Errors
/// [`StageFailure`] if the store or the key service does not answer.
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

/// Erases a customer from an organisation, and stores a record of the erasure.
///
/// # Errors
/// [`StageFailure`] if a part could not be erased. A retry continues the erasure.
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

/// The records that may mention a customer, beside the orders.
#[derive(Default)]
struct CustomerTraces {
    alerts: BTreeSet<AlertId>,
    refunds: BTreeSet<HandRefundId>,
}

/// An erasure in progress.
struct ErasureRun<'a> {
    store: &'a Store,
    organisation: &'a OrganisationId,
    email: &'a str,
    actor: HistoryActor,
    now: Timestamp,
    erased: ErasureCounts,
}

impl ErasureRun<'_> {
    /// Finds the alerts and refunds that may concern the customer's orders.
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

    /// Erases the customer from the alert and from the alert's events. Most alerts near an order
    /// concern other customers and stay unchanged.
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

    /// Erases the customer from the events of an alert or a refund. The ids of the events derive
    /// from the versions.
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

    /// Erases the customer from a manual refund and from the refund's events.
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

    /// Erases the customer from the imported alerts, and returns the number of changed alerts.
    async fn clean_imports(&self) -> Result<usize, StageFailure> {
        self.store
            .change_imported_alerts(self.organisation, |row| {
                Ok(without_address(row, self.email, REFERENCES)?)
            })
            .await
    }

    /// Erases the customer from an order.
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

    /// Lists the records that the organisation set up and that name the address. The organisation
    /// must change these records.
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

    /// Returns the ids of the records that mention the address.
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

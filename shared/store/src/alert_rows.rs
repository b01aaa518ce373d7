//! Look-up rows of alerts, for late orders, rivals, refunds made elsewhere, and erasures. Under a
//! card each alert has a row, by day. Under a name (an ARN, a reference) a single item has the ids
//! of the first alerts; further alerts have separate rows.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::alert::Alert;
use domain::basics::id::{AlertId, OrganisationId};
use domain::basics::time::add_seconds;
use domain::network::claim::Claim;
use domain::refund::RefundLedger;
use domain::sale::{ProcessorPayment, Sale};
use futures_util::future::{try_join, try_join_all};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, LookupKind, TableKey};
use crate::lookup::{WINDOW_DAYS, days_around};
use crate::pointer::sale_references;
use crate::search::{claimed_day, claimed_days};
use crate::table::{
    TableItem, from_table_item, key_item, number_value, text_value, to_table_item, try_update,
    unavailable_error,
};
use crate::{Store, StoreError};

/// The most alerts of a name, or of a card in some days, that an order may be about. Further alerts
/// are left to a person.
const MOST_ALERTS: u32 = 50;
/// The most alerts under a look-up key: more are no honest data.
const MOST_ROWS: usize = 2_000;
/// The days after a payment in which an alert without a payment date is searched for.
const ALERTED_DAYS: i64 = 180;

/// The row of an alert, or the item of a name.
#[derive(Default, Serialize, Deserialize)]
struct AlertIndexRow {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    alert: Option<AlertId>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    alerts: BTreeSet<AlertId>,
}

impl AlertIndexRow {
    fn into_alert_ids(self) -> impl Iterator<Item = AlertId> {
        self.alerts.into_iter().chain(self.alert)
    }
}

impl Store {
    /// Indexes an alert for rivals and late orders. Matching indexes the alert before the search:
    /// of an alert and an order that arrive together, at least one finds the other.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn index_alert(&self, alert: &Alert) -> Result<(), StoreError> {
        let (claim, organisation) = (&alert.claim, &alert.organisation);
        let sk = keys::alert_sort_key(Some(claimed_day(claim)), &alert.id);
        let card = claim.card.last4.iter().map(|last4| {
            index_row_item(
                &TableKey { pk: keys::card_partition(organisation, last4), sk: sk.clone() },
                alert,
            )
        });
        let references =
            claim.transaction_id.iter().map(|id| keys::reference_partition(organisation, id));
        let names =
            claim.arn.iter().map(|arn| keys::arn_partition(organisation, arn)).chain(references);
        let rows = self.put_all_items(card.collect::<Result<_, _>>()?);
        try_join(rows, self.index_alert_by_names(alert, names.collect())).await.map(drop)
    }

    /// Indexes an alert by sales: for refunds of these sales, made here or elsewhere, and for
    /// erasures of the customer.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn index_alert_by_sales(
        &self,
        alert: &Alert,
        sales: impl Iterator<Item = &Sale>,
    ) -> Result<(), StoreError> {
        let names =
            sales.map(|sale| keys::reference_partition(&alert.organisation, &sale.transaction_id));
        self.index_alert_by_names(alert, names.collect()).await
    }

    async fn index_alert_by_names(
        &self,
        alert: &Alert,
        names: BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let adds = names.into_iter().map(|name| async move {
            let is_in = self.add_alert_to_name(&keys::named_alerts_key(&name), alert).await?;
            let row = TableKey { pk: name, sk: keys::alert_sort_key(None, &alert.id) };
            if is_in { Ok(()) } else { self.put_item(index_row_item(&row, alert)?).await }
        });
        try_join_all(adds).await.map(drop)
    }

    /// Adds an alert to the item of a name; returns whether the item has room.
    async fn add_alert_to_name(&self, key: &TableKey, alert: &Alert) -> Result<bool, StoreError> {
        let request = self.update_request(key);
        let request = request.update_expression("ADD alerts :alerts SET #expires = :expires");
        let request = request.condition_expression(
            "attribute_not_exists(alerts) OR size(alerts) < :most OR contains(alerts, :alert)",
        );
        let request = request
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":expires", index_row_expiry(alert));
        let request = request.expression_attribute_values(
            ":alerts",
            AttributeValue::Ss(vec![alert.id.as_str().to_owned()]),
        );
        let request = request.expression_attribute_values(":alert", text_value(alert.id.as_str()));
        Ok(try_update(request.expression_attribute_values(":most", number_value(MOST_ALERTS)))
            .await?
            .is_some())
    }

    /// Finds the alerts that these sales may concern: in parallel, a batch read of the items of all
    /// names and a Query for each card. No search finds an alert with neither card nor reference.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn alerts_about_sales(
        &self,
        organisation: &OrganisationId,
        sales: &[Sale],
    ) -> Result<BTreeSet<AlertId>, StoreError> {
        let items: BTreeSet<TableKey> = sales
            .iter()
            .flat_map(|sale| index_names_of(organisation, sale))
            .map(keys::named_alerts_key)
            .collect();
        let near =
            |sale: &Sale| LookupKind::Alert.sort_key_range(Some(days_around(sale.authorised.day)));
        let of_card = |sale: &Sale| {
            Some((keys::card_partition(organisation, sale.card.last4.as_ref()?), near(sale)))
        };
        let cards: BTreeSet<_> = sales.iter().filter_map(of_card).collect();
        let most = i32::try_from(MOST_ALERTS).unwrap_or(i32::MAX);
        let named =
            self.load_by_keys::<AlertIndexRow>(items.into_iter().map(key_item).collect(), true);
        let rows =
            try_join_all(cards.iter().map(|(pk, range)| self.query_first_rows(pk, range, most)));
        let (named, rows) = try_join(named, rows).await?;
        let mut found: BTreeSet<AlertId> =
            named.into_iter().flat_map(AlertIndexRow::into_alert_ids).collect();
        found.extend(alert_ids_of(rows.into_iter().flat_map(|(items, _)| items).collect())?);
        Ok(found)
    }

    /// Finds the alerts matched to a payment, and the alerts with a refund begun in the ledger.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn alerts_of_payment(
        &self,
        organisation: &OrganisationId,
        payment: &ProcessorPayment,
        ledger: &RefundLedger,
    ) -> Result<BTreeSet<AlertId>, StoreError> {
        let (from, to) = LookupKind::Alert.sort_key_range(None);
        let mut found = alert_ids_of(
            self.query_items(
                &keys::reference_partition(organisation, &payment.reference),
                &from,
                &to,
                MOST_ROWS,
            )
            .await?,
        )?;
        found.extend(ledger.entries.iter().filter_map(|entry| entry.cause.alert_id().cloned()));
        Ok(found)
    }

    /// Finds the alerts of the claim's ARN, and of the claim's card in the claim's days.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer, or more alerts exist than honest data has.
    pub async fn alerts_like_claim(
        &self,
        organisation: &OrganisationId,
        claim: &Claim,
    ) -> Result<BTreeSet<AlertId>, StoreError> {
        let arn = claim.arn.iter().map(|arn| {
            (keys::arn_partition(organisation, arn), LookupKind::Alert.sort_key_range(None))
        });
        let near = || LookupKind::Alert.sort_key_range(Some(claimed_days(claim)));
        let card = claim
            .card
            .last4
            .iter()
            .map(|last4| (keys::card_partition(organisation, last4), near()));
        let mut found = BTreeSet::new();
        for (pk, (from, to)) in arn.chain(card) {
            found.extend(alert_ids_of(self.query_items(&pk, &from, &to, MOST_ROWS).await?)?);
        }
        Ok(found)
    }

    /// Finds all alerts that may have been matched with these sales, however many other sales lie
    /// between.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn alerts_near_sales(
        &self,
        organisation: &OrganisationId,
        sales: &[Sale],
    ) -> Result<BTreeSet<AlertId>, StoreError> {
        let mut found = BTreeSet::new();
        for sale in sales {
            let day = |days: i64| sale.authorised.day.saturating_add(days.days());
            for name in index_names_of(organisation, sale) {
                found.extend(
                    self.read_all_alert_ids(&name, LookupKind::Alert.sort_key_range(None)).await?,
                );
            }
            if let Some(last4) = &sale.card.last4 {
                let days = (day(-WINDOW_DAYS), day(ALERTED_DAYS));
                found.extend(
                    self.read_all_alert_ids(
                        &keys::card_partition(organisation, last4),
                        LookupKind::Alert.sort_key_range(Some(days)),
                    )
                    .await?,
                );
            }
            let entries = self.read_ledger(&sale.id).await?.entries;
            found.extend(entries.iter().filter_map(|entry| entry.cause.alert_id().cloned()));
        }
        Ok(found)
    }

    async fn read_all_alert_ids(
        &self,
        pk: &str,
        (from, to): (String, String),
    ) -> Result<BTreeSet<AlertId>, StoreError> {
        let mut pages =
            self.between(pk, (&from, &to)).consistent_read(true).into_paginator().send();
        let mut found = BTreeSet::new();
        while let Some(page) = pages.next().await {
            found.extend(alert_ids_of(
                page.map_err(unavailable_error("Query"))?.items.unwrap_or_default(),
            )?);
        }
        Ok(found)
    }
}

/// Lists the partitions of a sale's ARN and references.
fn index_names_of(organisation: &OrganisationId, sale: &Sale) -> Vec<String> {
    let arn = sale.arn.iter().map(|arn| keys::arn_partition(organisation, arn));
    arn.chain(
        sale_references(sale)
            .into_iter()
            .map(|reference| keys::reference_partition(organisation, reference)),
    )
    .collect()
}

fn alert_ids_of(items: Vec<TableItem>) -> Result<BTreeSet<AlertId>, StoreError> {
    let rows = items
        .into_iter()
        .map(|item| from_table_item::<AlertIndexRow>("row", item))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().flat_map(AlertIndexRow::into_alert_ids).collect())
}

fn index_row_item(key: &TableKey, alert: &Alert) -> Result<TableItem, StoreError> {
    let row = AlertIndexRow { alert: Some(alert.id.clone()), ..AlertIndexRow::default() };
    let mut item = to_table_item("row", key, &row)?;
    item.insert(EXPIRES.into(), index_row_expiry(alert));
    Ok(item)
}

/// Returns the expiry of an alert's row: no order arrives later.
fn index_row_expiry(alert: &Alert) -> AttributeValue {
    number_value(add_seconds(alert.received_at, keys::ORDER_DAYS * 86_400).as_second())
}

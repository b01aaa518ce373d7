//! What must hold in every world, whatever happened in it. Each invariant has the name by which the
//! design calls it.

mod answers;
mod kept;
mod merchant;
mod refunds;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::alert::Alert;
use domain::refund::RefundLedger;
use serde_json::Value;

use super::{TABLE, World};

/// Everything of a world that the invariants look at.
struct Seen<'a> {
    world: &'a World,
    items: Vec<Item>,
    alerts: Vec<Alert>,
    ledgers: Vec<RefundLedger>,
}

/// Finds what breaks one invariant.
type Check = fn(&Seen) -> Vec<String>;

type Item = HashMap<String, AttributeValue>;

impl World {
    /// Checks every invariant.
    ///
    /// # Panics
    /// If one is broken; the message names it.
    pub async fn assert_invariants(&self) {
        let breaches = self.breaches().await;
        assert!(
            breaches.is_empty(),
            "{} invariants are broken:\n{}",
            breaches.len(),
            breaches.join("\n")
        );
    }

    /// The invariants that are broken, each by its name and with what breaks it.
    ///
    /// # Panics
    /// If the table cannot be read.
    pub async fn breaches(&self) -> Vec<String> {
        let items = self.items().await;
        let seen =
            Seen { world: self, alerts: of(&items, "ALERT"), ledgers: of(&items, "LEDGER"), items };
        let checks: [(&str, Check); 7] = [
            (
                "I1 refunds sum to at most what was captured, and automatic ones are at most one",
                refunds::bounded,
            ),
            (
                "I2 every alert is answered, retracted or before a person ahead of its deadline",
                answers::in_time,
            ),
            ("I2 every alert acknowledged to a vendor is kept", answers::kept),
            (
                "I3 a vendor hears REFUNDED only of money that went back, and one final outcome \
                 only",
                answers::true_and_single,
            ),
            ("I5 what is resolved changes only by the vendor's retraction", kept::resolved_stays),
            ("I7 the history replays to the state", kept::history_replays),
            ("I8 no card number anywhere", kept::no_card_number),
        ];
        checks
            .iter()
            .flat_map(|(name, check)| {
                check(&seen).into_iter().map(move |what| format!("{name}: {what}"))
            })
            .collect()
    }

    /// Every item of the table.
    pub(in crate::world) async fn items(&self) -> Vec<Item> {
        let pages = self.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
        pages.collect::<Result<_, _>>().await.expect("the table can be read")
    }
}

impl Seen<'_> {
    fn alert(&self, id: &str) -> Option<&Alert> {
        self.alerts.iter().find(|alert| alert.id.as_str() == id)
    }

    /// Stripe's refunds of a charge that did not fail.
    fn refunds_of(&self, charge: &Value) -> Vec<Value> {
        let stands =
            |refund: &Value| !matches!(refund["status"].as_str(), Some("failed" | "canceled"));
        self.world
            .stripe
            .refunds()
            .into_iter()
            .filter(|refund| refund["charge"] == charge["id"] && stands(refund))
            .collect()
    }
}

/// The items of a kind, by their sort key.
fn of<T: serde::de::DeserializeOwned>(items: &[Item], kind: &str) -> Vec<T> {
    let own = items
        .iter()
        .filter(|item| item.get("sk").and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk == kind));
    own.map(|item| serde_dynamo::from_item(item.clone()).expect("an item that can be read"))
        .collect()
}

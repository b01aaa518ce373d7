//! What orders and alerts cost at the table, in requests and in the units that AWS would bill.

use std::fmt;

use serde_json::{Value, json};

use super::shop::Shop;
use crate::aws::MeteredCall;

/// What look-up rows and orders are kept under.
const LOOKED_UP: [&str; 6] = ["CARD#", "ARN#", "SALE#", "DAY#", "WHO#", "ord_"];

/// How many orders come in one request, and one batch of looks.
pub const ORDERS: usize = 100;
/// An ARN and a reference that one order has, whose card others have, too; and a card that one
/// order has.
const ARN: &str = "74027012345678901234567";
const CARD: &str = "0042";
const RARE_CARD: &str = "9876";

/// Requests, and halves of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    pub reads: usize,
    pub read_halves: u64,
    pub writes: usize,
    pub write_halves: u64,
    /// Of the index that lists.
    pub index_halves: u64,
}

impl Cost {
    fn of(calls: &[MeteredCall]) -> Self {
        calls.iter().fold(Self::default(), Self::with)
    }

    fn with(mut self, call: &MeteredCall) -> Self {
        if matches!(call.operation.as_str(), "GetItem" | "BatchGetItem" | "Query") {
            self.reads += 1;
            self.read_halves += call.half_units;
        } else {
            self.writes += 1;
            self.write_halves += call.half_units;
        }
        self.index_halves += call.index_half_units;
        self
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = |halves: u64| {
            if halves.is_multiple_of(2) {
                (halves / 2).to_string()
            } else {
                format!("{}.5", halves / 2)
            }
        };
        let read = (self.reads > 0)
            .then(|| format!("{} reads, {} units", self.reads, units(self.read_halves)));
        let written = (self.writes > 0)
            .then(|| format!("{} writes, {} units", self.writes, units(self.write_halves)));
        let listed = (self.index_halves > 0)
            .then(|| format!("{} units of the index", units(self.index_halves)));
        f.write_str(&[read, written, listed].into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

impl Shop {
    /// What it costs to keep orders, and to look for the alerts that wait for them. Who asks, what
    /// is set up, and limits are no part of the first; the second is all that the look asks of
    /// the table.
    pub async fn cost_of_orders(&self, orders: &[Value]) -> (Cost, Cost) {
        self.world.settle().await;
        let ((), kept) = self.world.aws.metered(self.keep(orders)).await;
        self.world.relay_only().await;
        let (_, looked) = self.world.aws.metered(self.world.turn()).await;
        self.world.settle().await;
        (looked_up(&kept), Cost::of(&looked))
    }

    /// What it costs to look for an alert's sale. The alert itself, its set-up and what comes after
    /// the match are no part of it.
    pub async fn cost_of_alert(&self, alert: &Value) -> Cost {
        self.world.settle().await;
        self.push(std::slice::from_ref(alert)).await;
        self.world.relay_only().await;
        let (_, matched) = self.world.aws.metered(self.world.turn()).await;
        self.world.settle().await;
        looked_up(&matched)
    }
}

/// What a hundred further orders and alerts of each kind cost, beside those that are there.
#[derive(Debug)]
pub struct Costs {
    pub kept: Cost,
    pub looked: Cost,
    pub alerts: Vec<(&'static str, Cost)>,
}

impl Shop {
    /// Measures one after the other.
    pub async fn costs(&self) -> Costs {
        let orders: Vec<Value> = (0..ORDERS)
            .map(|number| self.order(&format!("more-{number}"), &format!("{number:04}")))
            .collect();
        let (kept, looked) = self.cost_of_orders(&orders).await;
        let mut named = self.order("named", CARD);
        named["transactions"][0]["acquirer_reference_number"] = json!(ARN);
        self.keep(&[named, self.order("rare", RARE_CARD)]).await;
        let mut alerts = Vec::new();
        for (what, alert) in self.alerts_of_each_kind() {
            alerts.push((what, self.cost_of_alert(&alert).await));
        }
        Costs { kept, looked, alerts }
    }

    fn alerts_of_each_kind(&self) -> [(&'static str, Value); 6] {
        let with = |id: &str, fields: Value| {
            let mut alert = self.alert(id);
            for (name, value) in fields.as_object().into_iter().flatten() {
                alert[name] = value.clone();
            }
            alert
        };
        let card = format!("424242******{CARD}");
        [
            ("ARN alone", with("ARN", json!({ "cardNumber": null, "arn": ARN }))),
            (
                "card and auth code",
                with("CODE", json!({ "cardNumber": card, "authCode": format!("77{CARD}") })),
            ),
            (
                "ARN, reference and card",
                with(
                    "ALL",
                    json!({ "cardNumber": card, "arn": ARN, "transactionId": "txn-named" }),
                ),
            ),
            (
                "card, amount and day",
                with("CARD", json!({ "cardNumber": format!("424242******{RARE_CARD}") })),
            ),
            ("nobody's card", with("NOBODYS", json!({ "cardNumber": "424242******9999" }))),
            ("BIN, amount and day", with("MASKED", json!({ "cardNumber": "424242**********" }))),
        ]
    }
}

fn looked_up(calls: &[MeteredCall]) -> Cost {
    let calls: Vec<MeteredCall> = calls
        .iter()
        .filter(|call| LOOKED_UP.iter().any(|key| call.about.starts_with(key)))
        .cloned()
        .collect();
    Cost::of(&calls)
}

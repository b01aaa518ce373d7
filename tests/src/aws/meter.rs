//! What calls to the table cost, while somebody asks: the units that AWS would bill.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::answer::Answer;
use super::dynamo::Dynamo;

/// A call to the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub operation: String,
    /// The keys that it is about, or the partition that it looks through.
    pub about: String,
    /// Halves of a unit, of the table itself.
    pub half_units: u64,
    /// Halves of a unit, of its indexes.
    pub index_half_units: u64,
}

/// The calls since somebody asked; nothing while nobody does.
#[derive(Default)]
pub(super) struct Meter(Mutex<Option<Vec<Call>>>);

impl Meter {
    pub(super) fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    pub(super) fn stop(&self) -> Vec<Call> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// Runs a call, and notes what it costs where somebody asks.
    pub(super) fn run(&self, dynamo: &Dynamo, operation: &str, body: &str) -> Answer {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return dynamo.run(operation, body);
        }
        let mut request: Value = serde_json::from_str(body).unwrap_or_default();
        request["ReturnConsumedCapacity"] = json!("INDEXES");
        let answer = dynamo.run(operation, &request.to_string());
        let told: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let of_tables = told["ConsumedCapacity"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![told["ConsumedCapacity"].clone()]);
        let all: u64 = of_tables.iter().map(|table| half_units(&table["CapacityUnits"])).sum();
        let own: u64 =
            of_tables.iter().map(|table| half_units(&table["Table"]["CapacityUnits"])).sum();
        let about = request["ExpressionAttributeValues"][":pk"]["S"]
            .as_str()
            .map_or_else(|| dynamo.subject(body), str::to_owned);
        let call = Call {
            operation: operation.to_owned(),
            about,
            half_units: own,
            index_half_units: all - own,
        };
        if let Some(calls) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            calls.push(call);
        }
        answer
    }
}

/// `2.5` as five halves.
fn half_units(units: &Value) -> u64 {
    let text = units.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    whole.parse::<u64>().map_or(0, |whole| 2 * whole + u64::from(part.starts_with('5')))
}

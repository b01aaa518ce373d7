//! Balance transactions: what each movement left in the balance.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::Form;
use super::lists::list;

/// Books `amount` (negative when it leaves) and gives the transaction's id.
pub fn transaction(desk: &mut Desk, kind: &str, source: &Value, amount: i64) -> Value {
    let fee = match kind {
        "charge" => amount * 29 / 1000 + 30,
        "adjustment" => 1500,
        _ => 0,
    };
    let currency = desk.change(source, |_| {})["currency"].clone();
    let id = desk.id("txn");
    desk.keep(json!({
        "id": id, "object": "balance_transaction", "amount": amount,
        "available_on": desk.now + 172_800, "created": desk.now,
        "currency": currency, "description": null, "exchange_rate": null, "fee": fee,
        "fee_details": [], "net": amount - fee,
        "reporting_category": kind, "source": source, "status": "pending", "type": kind,
    }));
    json!(id)
}

/// `GET /v1/balance_transactions/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("balance_transaction", id, "id")
}

/// `GET /v1/balance_transactions`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    let filters = [("type", "type"), ("source", "source"), ("currency", "currency")];
    list(desk, form, "balance_transaction", "/v1/balance_transactions", &filters)
}

//! Invoices and the payments that settle them.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::Form;
use super::lists::list;
use super::payment_intents;
use super::refusal::Refusal;

/// Bills the current period of a subscription and pays the bill. The refusal is that of the card.
pub fn bill(desk: &mut Desk, subscription: &Value, reason: &str) -> (Value, Option<Refusal>) {
    let invoice = keep_new(desk, subscription, reason);
    let amount = invoice["total"].as_i64().unwrap_or_default();
    let currency = invoice["currency"].as_str().unwrap_or_default().to_owned();
    let what = if reason == "subscription_create" {
        "Subscription creation"
    } else {
        "Subscription update"
    };
    let (intent, paid) = payment_intents::pay(
        desk,
        amount,
        &currency,
        &subscription["customer"],
        &subscription["default_payment_method"],
        what,
    );
    let settled = matches!(&paid, Ok(intent) if intent["status"] == "succeeded");
    keep_payment(desk, &invoice, &intent, settled);
    let now = desk.now;
    let invoice = desk.change(&invoice["id"], |invoice| {
        let (paid, left) = if settled { (amount, 0) } else { (0, amount) };
        invoice["status"] = json!(if settled { "paid" } else { "open" });
        invoice["amount_paid"] = json!(paid);
        invoice["amount_remaining"] = json!(left);
        invoice["attempt_count"] = json!(1);
        invoice["status_transitions"]["paid_at"] = if settled { json!(now) } else { Value::Null };
    });
    desk.announce(if settled { "invoice.paid" } else { "invoice.payment_failed" }, &invoice);
    (invoice, paid.err())
}

/// `GET /v1/invoices/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("invoice", id, "invoice")
}

/// `GET /v1/invoices`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    let filters = [
        ("customer", "customer"),
        ("subscription", "parent.subscription_details.subscription"),
        ("status", "status"),
    ];
    list(desk, form, "invoice", "/v1/invoices", &filters)
}

/// `GET /v1/invoice_payments/{id}`
pub fn payment(desk: &Desk, id: &str) -> Answer {
    desk.get("invoice_payment", id, "invoice_payment")
}

/// `GET /v1/invoice_payments`
pub fn payments(desk: &Desk, form: &Form) -> Answer {
    if form.text("payment.payment_intent").is_some() {
        form.need("payment.type")?;
    }
    let filters = [
        ("invoice", "invoice"),
        ("status", "status"),
        ("payment.type", "payment.type"),
        ("payment.payment_intent", "payment.payment_intent"),
    ];
    list(desk, form, "invoice_payment", "/v1/invoice_payments", &filters)
}

fn keep_new(desk: &mut Desk, subscription: &Value, reason: &str) -> Value {
    let id = desk.id("in");
    let lines: Vec<Value> = subscription["items"]["data"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| line(desk, &id, item))
        .collect();
    let total: i64 = lines.iter().filter_map(|line| line["amount"].as_i64()).sum();
    let customer = desk.change(&subscription["customer"], |_| {});
    let number = format!("{}-0001", &id[3..11]).to_uppercase();
    desk.keep(json!({
        "id": id, "object": "invoice", "account_country": "US", "amount_due": total,
        "amount_paid": 0, "amount_remaining": total,
        "attempt_count": 0, "attempted": true, "auto_advance": false, "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": desk.now, "currency": subscription["currency"], "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"], "default_payment_method": null, "description": null,
        "livemode": false,
        "lines": {
            "object": "list", "data": lines, "has_more": false,
            "url": format!("/v1/invoices/{id}/lines")
        },
        "metadata": {}, "number": number,
        "parent": {
            "type": "subscription_details", "quote_details": null,
            "subscription_details": {
                "metadata": subscription["metadata"], "subscription": subscription["id"]
            },
        },
        "period_end": desk.now, "period_start": desk.now, "status": "open", "subtotal": total,
        "total": total,
        "status_transitions": {
            "finalized_at": desk.now, "marked_uncollectible_at": null, "paid_at": null,
            "voided_at": null
        },
    }))
}

fn line(desk: &mut Desk, invoice: &str, item: &Value) -> Value {
    let id = desk.id("il");
    let amount = item["price"]["unit_amount"].as_i64().unwrap_or_default()
        * item["quantity"].as_i64().unwrap_or(1);
    let product = desk
        .get("product", item["price"]["product"].as_str().unwrap_or_default(), "product")
        .unwrap_or_default();
    let description =
        format!("{} × {}", item["quantity"], product["name"].as_str().unwrap_or_default());
    json!({
        "id": id, "object": "line_item", "amount": amount, "currency": item["price"]["currency"],
        "description": description,
        "invoice": invoice, "metadata": {}, "quantity": item["quantity"],
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {
                "subscription": item["subscription"], "subscription_item": item["id"],
                "proration": false
            },
        },
        "period": { "start": item["current_period_start"], "end": item["current_period_end"] },
        "pricing": {
            "type": "price_details",
            "price_details": { "price": item["price"]["id"], "product": item["price"]["product"] }
        },
    })
}

fn keep_payment(desk: &mut Desk, invoice: &Value, intent: &Value, settled: bool) {
    let id = desk.id("inpay");
    desk.keep(json!({
        "id": id, "object": "invoice_payment",
        "amount_paid": settled.then(|| invoice["total"].clone()),
        "amount_requested": invoice["total"],
        "created": desk.now, "currency": invoice["currency"], "invoice": invoice["id"],
        "is_default": true, "livemode": false,
        "payment": { "type": "payment_intent", "payment_intent": intent },
        "status": if settled { "paid" } else { "open" },
        "status_transitions": { "canceled_at": null, "paid_at": settled.then_some(desk.now) },
    }));
}

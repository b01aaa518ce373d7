//! A payment intent as it is made.

use serde_json::{Value, json};

use crate::simulate::stripe::desk::{Desk, token};
use crate::simulate::stripe::form::Form;

/// Keeps a payment intent that nobody has confirmed yet.
pub(super) fn keep_new(
    desk: &mut Desk,
    form: &Form,
    amount: i64,
    currency: &str,
    customer: &Value,
    method: &Value,
) -> Value {
    let id = desk.id("pi");
    let secret = format!("{id}_secret_{}", token(desk.memory.number(), 25));
    let status = if method.is_null() { "requires_payment_method" } else { "requires_confirmation" };
    let mut intent = json!({
        "id": id, "object": "payment_intent", "amount": amount, "amount_capturable": 0,
        "amount_details": { "tip": {} },
        "amount_received": 0,
        "application": null, "automatic_payment_methods": null, "canceled_at": null,
        "cancellation_reason": null,
        "capture_method": form.text("capture_method").unwrap_or("automatic_async"),
        "client_secret": secret,
        "confirmation_method": "automatic", "created": desk.now, "currency": currency,
        "customer": customer,
        "description": form.or_null("description"), "last_payment_error": null,
        "latest_charge": null, "livemode": false,
        "metadata": form.members("metadata"), "next_action": null, "payment_method": method,
        "payment_method_options": form.members("payment_method_options"),
        "payment_method_types": ["card"], "processing": null,
        "receipt_email": form.or_null("receipt_email"),
        "review": null, "setup_future_usage": form.or_null("setup_future_usage"), "shipping": null,
        "source": null,
        "statement_descriptor": form.or_null("statement_descriptor"),
        "statement_descriptor_suffix": form.or_null("statement_descriptor_suffix"),
        "status": status,
    });
    split_and_presented(&mut intent, form);
    desk.keep(intent)
}

/// Who shares the payment, and what the cardholder was asked for.
fn split_and_presented(intent: &mut Value, form: &Form) {
    let number = |path: &str| form.text(path).and_then(|text| text.parse::<i64>().ok());
    let transfer = |destination| {
        json!({
            "destination": destination, "amount": number("transfer_data.amount")
        })
    };
    let presented = |currency| {
        let amount = number("presentment_details.presentment_amount");
        json!({ "presentment_amount": amount, "presentment_currency": currency })
    };
    intent["application_fee_amount"] = json!(number("application_fee_amount"));
    intent["on_behalf_of"] = form.or_null("on_behalf_of");
    intent["transfer_group"] = form.or_null("transfer_group");
    intent["transfer_data"] = form.text("transfer_data.destination").map_or(Value::Null, transfer);
    intent["presentment_details"] =
        form.text("presentment_details.presentment_currency").map_or(Value::Null, presented);
}

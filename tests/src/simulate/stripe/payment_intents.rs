//! Payment intents: how a payment comes to be.

mod new;

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::payment_methods::{from_card, resolve};
use super::refusal::Refusal;
use super::search::search;
use super::{charges, connect, currencies};
use new::keep_new;

const PARAMS: [&str; 27] = [
    "amount",
    "currency",
    "customer",
    "payment_method",
    "payment_method_data",
    "payment_method_types",
    "payment_method_options",
    "automatic_payment_methods",
    "confirm",
    "off_session",
    "capture_method",
    "confirmation_method",
    "description",
    "metadata",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "return_url",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "error_on_requires_action",
    "use_stripe_sdk",
    "application_fee_amount",
    "on_behalf_of",
    "transfer_data",
    "transfer_group",
    "presentment_details", // at Stripe Adaptive Pricing sets it
];

/// `POST /v1/payment_intents`
pub fn create(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    form.need("amount")?;
    let amount = form.integer("amount")?.unwrap_or_default();
    if amount < 1 {
        return Err(Refusal::invalid("This value must be greater than or equal to 1.")
            .param("amount")
            .code("parameter_invalid_integer"));
    }
    let currency = form.need("currency")?.to_lowercase();
    if currency.len() != 3 {
        return Err(Refusal::invalid(format!("Invalid currency: {currency}")).param("currency"));
    }
    currencies::check(amount, &currency, "amount")?;
    connect::check(desk, form, amount)?;
    let customer =
        form.text("customer").map(|id| desk.get("customer", id, "customer")).transpose()?;
    let customer = customer.map_or(Value::Null, |customer| customer["id"].clone());
    let method = method_of(desk, form, &customer)?;
    let intent = keep_new(desk, form, amount, &currency, &customer, &method);
    desk.announce("payment_intent.created", &intent);
    if form.flag("confirm")? { confirm_intent(desk, &intent) } else { Ok(intent) }
}

/// Makes and confirms the payment of an invoice.
pub fn pay(
    desk: &mut Desk,
    amount: i64,
    currency: &str,
    customer: &Value,
    method: &Value,
    description: &str,
) -> (Value, Answer) {
    let form = Form::decode(&["setup_future_usage=off_session"]);
    let intent = keep_new(desk, &form, amount, currency, customer, method);
    let intent = desk.change(&intent["id"], |intent| intent["description"] = json!(description));
    let paid = confirm_intent(desk, &intent);
    (intent["id"].clone(), paid)
}

/// `POST /v1/payment_intents/{id}/confirm`
pub fn confirm(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&[
        "payment_method",
        "payment_method_data",
        "return_url",
        "off_session",
        "receipt_email",
        "setup_future_usage",
    ])?;
    let intent = retrieve(desk, id)?;
    let method = method_of(desk, form, &intent["customer"])?;
    let intent = desk.change(&intent["id"], |intent| {
        if !method.is_null() {
            intent["payment_method"] = method;
        }
    });
    confirm_intent(desk, &intent)
}

/// `POST /v1/payment_intents/{id}/capture`
pub fn capture(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["amount_to_capture", "final_capture", "metadata"])?;
    let intent = retrieve(desk, id)?;
    if intent["status"] != "requires_capture" {
        return Err(unexpected(&intent, "captured"));
    }
    let capturable = intent["amount_capturable"].as_i64().unwrap_or_default();
    let amount = amount_to_capture(&intent, form, capturable)?;
    let is_final = form.text("final_capture").is_none() || form.flag("final_capture")?;
    if !is_final
        && intent["payment_method_options"]["card"]["request_multicapture"] != "if_available"
    {
        return Err(Refusal::invalid("This PaymentIntent can be captured once only.")
            .param("final_capture"));
    }
    let more = !is_final && amount < capturable;
    charges::capture(
        desk,
        &intent["latest_charge"],
        amount,
        if more { capturable - amount } else { 0 },
    );
    let intent = desk.change(&intent["id"], |intent| {
        let before = intent["amount_received"].as_i64().unwrap_or_default();
        intent["status"] = json!(if more { "requires_capture" } else { "succeeded" });
        intent["amount_capturable"] = json!(if more { capturable - amount } else { 0 });
        intent["amount_received"] = json!(before + amount);
    });
    desk.announce(
        if more { "payment_intent.amount_capturable_updated" } else { "payment_intent.succeeded" },
        &intent,
    );
    Ok(intent)
}

/// The amount that a form asks to capture, if so much may be captured.
fn amount_to_capture(intent: &Value, form: &Form, capturable: i64) -> Result<i64, Refusal> {
    let amount = form.integer("amount_to_capture")?.unwrap_or(capturable);
    if !(1..=capturable).contains(&amount) {
        return Err(Refusal::invalid("The amount to capture is more than may be captured.")
            .code("amount_too_large")
            .param("amount_to_capture"));
    }
    currencies::check(
        amount,
        intent["currency"].as_str().unwrap_or_default(),
        "amount_to_capture",
    )?;
    Ok(amount)
}

/// `POST /v1/payment_intents/{id}/cancel`
pub fn cancel(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["cancellation_reason"])?;
    let intent = retrieve(desk, id)?;
    if matches!(intent["status"].as_str(), Some("succeeded" | "canceled" | "processing")) {
        return Err(unexpected(&intent, "canceled"));
    }
    if intent["status"] == "requires_capture" {
        charges::release(desk, &intent["latest_charge"], 0);
    }
    let now = desk.now;
    let intent = desk.change(&intent["id"], |intent| {
        let is_void = intent["amount_received"].as_i64().unwrap_or_default() == 0;
        // what was captured stays
        intent["status"] = json!(if is_void { "canceled" } else { "succeeded" });
        intent["canceled_at"] = json!(now);
        intent["cancellation_reason"] = form.or_null("cancellation_reason");
        intent["amount_capturable"] = json!(0);
    });
    desk.announce("payment_intent.canceled", &intent);
    Ok(intent)
}

/// `GET /v1/payment_intents/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("payment_intent", id, "intent")
}

/// `POST /v1/payment_intents/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["metadata", "description"])?;
    let found = retrieve(desk, id)?;
    Ok(desk.change(&found["id"], |intent| {
        if form.text("description").is_some() {
            intent["description"] = form.or_null("description");
        }
        merge_metadata(intent, form);
    }))
}

/// `GET /v1/payment_intents`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(desk, form, "payment_intent", "/v1/payment_intents", &[("customer", "customer")])
}

/// `GET /v1/payment_intents/search`
pub fn find(desk: &Desk, form: &Form) -> Answer {
    search(
        desk,
        form,
        "payment_intent",
        "/v1/payment_intents/search",
        &["amount", "created", "currency", "customer", "status"],
    )
}

fn method_of(desk: &mut Desk, form: &Form, customer: &Value) -> Answer {
    if let Some(data) =
        form.text("payment_method_data.type").map(|_| form.under("payment_method_data"))
    {
        return from_card(desk, &data).map(|method| method["id"].clone());
    }
    let Some(id) = form.text("payment_method") else { return Ok(Value::Null) };
    let id = resolve(desk, id, "payment_method")?;
    let owner = desk.get("payment_method", &id, "payment_method")?["customer"].clone();
    if !owner.is_null() && owner != *customer {
        return Err(Refusal::invalid(
            "The payment method is attached to a customer: name that customer in the request.",
        )
        .param("payment_method"));
    }
    Ok(json!(id))
}

fn confirm_intent(desk: &mut Desk, intent: &Value) -> Answer {
    if !matches!(
        intent["status"].as_str(),
        Some("requires_payment_method" | "requires_confirmation")
    ) {
        return Err(unexpected(intent, "confirmed"));
    }
    if intent["payment_method"].is_null() {
        let message =
            "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(Refusal::invalid(message).code("payment_intent_unexpected_state"));
    }
    charges::charge(desk, intent)
}

fn unexpected(intent: &Value, wish: &str) -> Refusal {
    let status = intent["status"].as_str().unwrap_or_default();
    Refusal::invalid(format!(
        "This PaymentIntent could not be {wish} because it has a status of {status}."
    ))
    .code("payment_intent_unexpected_state")
    .with("payment_intent", intent.clone())
    .remember()
}

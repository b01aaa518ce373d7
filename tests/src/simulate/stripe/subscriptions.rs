//! Subscriptions: each period makes an invoice, and the invoice a payment.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::{Form, merge_metadata};
use super::invoices;
use super::lists::list_where;
use super::payment_methods::resolve;
use super::refusal::Refusal;

const PARAMS: [&str; 11] = [
    "customer",
    "items",
    "default_payment_method",
    "metadata",
    "description",
    "payment_behavior",
    "cancel_at_period_end",
    "off_session",
    "collection_method",
    "payment_settings",
    "currency",
];

/// `POST /v1/subscriptions`
pub fn create(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    let customer = desk.get("customer", form.need("customer")?, "customer")?;
    let items = form.items("items");
    if items.is_empty() {
        return Err(Refusal::invalid("Missing required param: items.")
            .code("parameter_missing")
            .param("items"));
    }
    let at_end = form.flag("cancel_at_period_end")?;
    let method = method_of(desk, form, &customer)?;
    let mut lines = Vec::new();
    for item in &items {
        lines.push(subscription_item(desk, item)?);
    }
    let subscription = keep_new(desk, form, &customer["id"], &method, &lines, at_end);
    let (invoice, declined) = invoices::bill(desk, &subscription, "subscription_create");
    if let Some(refusal) =
        declined.filter(|_| form.text("payment_behavior") == Some("error_if_incomplete"))
    {
        return Err(refusal);
    }
    let status = if invoice["status"] == "paid" { "active" } else { "incomplete" };
    let subscription = desk.change(&subscription["id"], |subscription| {
        subscription["latest_invoice"] = invoice["id"].clone();
        subscription["status"] = json!(status);
    });
    desk.announce("customer.subscription.created", &subscription);
    Ok(subscription)
}

/// Begins the next period: another invoice and payment, or the end that was asked for.
pub fn renew(desk: &mut Desk, id: &str) -> Answer {
    let found = alive(desk, id)?;
    if found["cancel_at_period_end"] == true {
        return Ok(end(desk, &found["id"], &Form::default()));
    }
    desk.change(&found["id"], |subscription| {
        for item in subscription["items"]["data"].as_array_mut().into_iter().flatten() {
            let start = item["current_period_end"].as_i64().unwrap_or_default();
            item["current_period_start"] = json!(start);
            item["current_period_end"] = json!(period_end(start, &item["price"]["recurring"]));
        }
    });
    let found = retrieve(desk, id)?;
    let (invoice, _) = invoices::bill(desk, &found, "subscription_cycle");
    let status = if invoice["status"] == "paid" { "active" } else { "past_due" };
    let subscription = desk.change(&found["id"], |subscription| {
        subscription["latest_invoice"] = invoice["id"].clone();
        subscription["status"] = json!(status);
    });
    desk.announce("customer.subscription.updated", &subscription);
    Ok(subscription)
}

/// `GET /v1/subscriptions/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("subscription", id, "id")
}

/// `POST /v1/subscriptions/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&[
        "cancel_at_period_end",
        "metadata",
        "description",
        "default_payment_method",
        "cancellation_details",
    ])?;
    let found = alive(desk, id)?;
    let at_end =
        form.text("cancel_at_period_end").map(|_| form.flag("cancel_at_period_end")).transpose()?;
    let method = form
        .text("default_payment_method")
        .map(|id| resolve(desk, id, "default_payment_method"))
        .transpose()?;
    let now = desk.now;
    let subscription = desk.change(&found["id"], |subscription| {
        if let Some(at_end) = at_end {
            let end = subscription["items"]["data"][0]["current_period_end"].clone();
            subscription["cancel_at_period_end"] = json!(at_end);
            subscription["cancel_at"] = if at_end { end } else { Value::Null };
            subscription["canceled_at"] = if at_end { json!(now) } else { Value::Null };
        }
        if let Some(method) = method {
            subscription["default_payment_method"] = json!(method);
        }
        merge_metadata(subscription, form);
    });
    desk.announce("customer.subscription.updated", &subscription);
    Ok(subscription)
}

/// `DELETE /v1/subscriptions/{id}`
pub fn cancel(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["invoice_now", "prorate", "cancellation_details"])?;
    let found = alive(desk, id)?;
    Ok(end(desk, &found["id"], form))
}

/// `GET /v1/subscriptions`: without a status, those that are not cancelled.
pub fn index(desk: &Desk, form: &Form) -> Answer {
    let asked = form.text("status").map(str::to_owned);
    let filters = [("customer", "customer"), ("collection_method", "collection_method")];
    let wanted = |subscription: &Value| match asked.as_deref() {
        None => subscription["status"] != "canceled",
        Some("all") => true,
        Some("ended") => !subscription["ended_at"].is_null(),
        Some(status) => subscription["status"] == status,
    };
    let price = form.text("price");
    let sold = |subscription: &Value| {
        price.is_none_or(|price| subscription["items"]["data"][0]["price"]["id"] == price)
    };
    list_where(
        desk,
        &form.without(&["status", "price"]),
        "subscription",
        "/v1/subscriptions",
        &filters,
        |subscription| wanted(subscription) && sold(subscription),
    )
}

/// A cancelled subscription can be read, but for changes it is gone.
fn alive(desk: &Desk, id: &str) -> Answer {
    let found = retrieve(desk, id)?;
    if found["status"] == "canceled" {
        Err(Refusal::missing("subscription", id, "id").remember())
    } else {
        Ok(found)
    }
}

fn end(desk: &mut Desk, id: &Value, form: &Form) -> Value {
    let now = desk.now;
    let subscription = desk.change(id, |subscription| {
        subscription["status"] = json!("canceled");
        subscription["canceled_at"] = json!(now);
        subscription["ended_at"] = json!(now);
        subscription["cancellation_details"] = json!({
            "reason": "cancellation_requested",
            "comment": form.or_null("cancellation_details.comment"),
            "feedback": form.or_null("cancellation_details.feedback"),
        });
    });
    desk.announce("customer.subscription.deleted", &subscription);
    subscription
}

fn method_of(desk: &mut Desk, form: &Form, customer: &Value) -> Answer {
    let default = customer["invoice_settings"]["default_payment_method"].as_str();
    let Some(id) = form.text("default_payment_method").or(default) else {
        return Err(Refusal::invalid(
            "This customer has no attached payment source or default payment method.",
        )
        .code("resource_missing"));
    };
    resolve(desk, id, "default_payment_method").map(Value::String)
}

fn subscription_item(desk: &mut Desk, item: &Form) -> Answer {
    item.only(&["price", "quantity", "metadata"])?;
    let price = desk.get("price", item.need("price")?, "items[0][price]")?;
    if price["type"] != "recurring" {
        return Err(Refusal::invalid("The price specified is set to `type=one_time`.")
            .param("items[0][price]"));
    }
    let id = desk.id("si");
    let quantity = item.integer("quantity")?.unwrap_or(1);
    Ok(json!({
        "id": id, "object": "subscription_item", "created": desk.now,
        "current_period_start": desk.now,
        "current_period_end": period_end(desk.now, &price["recurring"]),
        "metadata": item.members("metadata"), "price": price,
        "quantity": quantity, "tax_rates": [],
    }))
}

fn keep_new(
    desk: &mut Desk,
    form: &Form,
    customer: &Value,
    method: &Value,
    items: &[Value],
    at_end: bool,
) -> Value {
    let id = desk.id("sub");
    let items: Vec<Value> =
        items.iter().map(|item| with(item, "subscription", &json!(id))).collect();
    let first = items.first().cloned().unwrap_or_default();
    desk.keep(json!({
        "id": id, "object": "subscription", "application": null, "billing_cycle_anchor": desk.now,
        "cancel_at": at_end.then(|| first["current_period_end"].clone()),
        "cancel_at_period_end": at_end, "canceled_at": null,
        "cancellation_details": { "comment": null, "feedback": null, "reason": null },
        "collection_method": "charge_automatically", "created": desk.now,
        "currency": first["price"]["currency"], "customer": customer,
        "default_payment_method": method, "description": form.or_null("description"),
        "ended_at": null,
        "items": {
            "object": "list", "data": items, "has_more": false,
            "url": format!("/v1/subscription_items?subscription={id}")
        },
        "latest_invoice": null, "livemode": false, "metadata": form.members("metadata"),
        "pause_collection": null,
        "start_date": desk.now, "status": "incomplete", "trial_end": null, "trial_start": null,
    }))
}

fn with(object: &Value, member: &str, value: &Value) -> Value {
    let mut object = object.clone();
    object[member] = value.clone();
    object
}

fn period_end(start: i64, recurring: &Value) -> i64 {
    let count = recurring["interval_count"].as_i64().unwrap_or(1);
    let span = match recurring["interval"].as_str() {
        Some("day") => count.days(),
        Some("week") => count.weeks(),
        Some("year") => count.years(),
        _ => count.months(),
    };
    let from = Timestamp::from_second(start).unwrap_or_default().to_zoned(TimeZone::UTC);
    from.checked_add(span).map_or(start, |end| end.timestamp().as_second())
}

//! Products and prices.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::refusal::Refusal;

const INTERVALS: [&str; 4] = ["day", "week", "month", "year"];

/// `POST /v1/products`
pub fn create_product(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&["name", "description", "metadata", "active", "statement_descriptor"])?;
    let name = form.need("name")?;
    let id = desk.id("prod");
    Ok(desk.keep(json!({
        "id": id, "object": "product", "active": true, "created": desk.now, "updated": desk.now,
        "livemode": false, "name": name,
        "type": "service",
        "description": form.or_null("description"), "metadata": form.members("metadata"),
        "default_price": null, "images": [],
        "marketing_features": [], "statement_descriptor": form.or_null("statement_descriptor"),
        "tax_code": null, "url": null,
    })))
}

/// `POST /v1/prices`
pub fn create_price(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&[
        "currency",
        "unit_amount",
        "product",
        "product_data",
        "recurring",
        "nickname",
        "metadata",
        "lookup_key",
    ])?;
    let currency = form.need("currency")?.to_lowercase();
    form.need("unit_amount")?;
    let unit_amount = form.integer("unit_amount")?;
    let recurring = recurring(form)?;
    let product = match form.text("product_data.name") {
        Some(name) => create_product(desk, &Form::decode(&[&format!("name={name}")]))?,
        None => desk.get("product", form.need("product")?, "product")?,
    };
    let id = desk.id("price");
    let kind = if recurring.is_null() { "one_time" } else { "recurring" };
    Ok(desk.keep(json!({
        "id": id, "object": "price", "active": true, "billing_scheme": "per_unit",
        "created": desk.now, "currency": currency,
        "livemode": false,
        "lookup_key": form.or_null("lookup_key"), "metadata": form.members("metadata"),
        "nickname": form.or_null("nickname"),
        "product": product["id"], "recurring": recurring, "tax_behavior": "unspecified",
        "type": kind, "unit_amount": unit_amount,
        "unit_amount_decimal": unit_amount.map(|amount| amount.to_string()),
    })))
}

/// `GET /v1/products/{id}` and `GET /v1/prices/{id}`
pub fn retrieve(desk: &Desk, kind: &str, id: &str) -> Answer {
    desk.get(kind, id, kind)
}

/// `POST /v1/products/{id}` and `POST /v1/prices/{id}`
pub fn update(desk: &mut Desk, kind: &str, id: &str, form: &Form) -> Answer {
    form.only(&["metadata", "active", "name", "nickname", "description"])?;
    let found = desk.get(kind, id, kind)?;
    let active =
        if form.text("active").is_some() { form.flag("active")? } else { found["active"] == true };
    Ok(desk.change(&found["id"], |object| {
        object["active"] = json!(active);
        for name in ["name", "nickname", "description"] {
            if form.text(name).is_some() {
                object[name] = form.or_null(name);
            }
        }
        merge_metadata(object, form);
    }))
}

/// `GET /v1/products`
pub fn products(desk: &Desk, form: &Form) -> Answer {
    list(desk, form, "product", "/v1/products", &[("active", "active")])
}

/// `GET /v1/prices`
pub fn prices(desk: &Desk, form: &Form) -> Answer {
    let filters =
        [("active", "active"), ("product", "product"), ("currency", "currency"), ("type", "type")];
    list(desk, form, "price", "/v1/prices", &filters)
}

fn recurring(form: &Form) -> Answer {
    let Some(interval) = form.text("recurring.interval") else { return Ok(Value::Null) };
    if !INTERVALS.contains(&interval) {
        return Err(Refusal::invalid(format!("Invalid recurring[interval]: {interval}"))
            .param("recurring[interval]"));
    }
    let count = form.integer("recurring.interval_count")?.unwrap_or(1);
    Ok(json!({
        "interval": interval, "interval_count": count, "usage_type": "licensed",
        "trial_period_days": null, "meter": null
    }))
}

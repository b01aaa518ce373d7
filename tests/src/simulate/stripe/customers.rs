//! Customers.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::payment_methods::resolve;

const PARAMS: [&str; 8] = [
    "email",
    "name",
    "phone",
    "description",
    "metadata",
    "payment_method",
    "invoice_settings",
    "address",
];

/// `POST /v1/customers`
pub fn create(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    let id = desk.id("cus");
    let customer = desk.keep(json!({
        "id": id, "object": "customer", "created": desk.now, "livemode": false,
        "email": form.or_null("email"),
        "name": form.or_null("name"),
        "phone": form.or_null("phone"), "description": form.or_null("description"),
        "metadata": form.members("metadata"),
        "address": form.members("address"), "balance": 0, "currency": null, "default_source": null,
        "delinquent": false, "discount": null,
        "invoice_prefix": &id[4..12], "preferred_locales": [], "shipping": null,
        "tax_exempt": "none",
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null,
            "rendering_options": null
        },
    }));
    attach_methods(desk, &customer["id"], form)
}

/// `GET /v1/customers/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("customer", id, "customer")
}

/// `POST /v1/customers/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    let found = retrieve(desk, id)?;
    desk.change(&found["id"], |customer| {
        for name in ["email", "name", "phone", "description"] {
            if form.text(name).is_some() {
                customer[name] = form.or_null(name);
            }
        }
        merge_metadata(customer, form);
    });
    attach_methods(desk, &found["id"], form)
}

/// `DELETE /v1/customers/{id}`
pub fn delete(desk: &mut Desk, id: &str) -> Answer {
    let found = retrieve(desk, id)?;
    Ok(desk.change(&found["id"], |customer| {
        *customer = json!({ "id": id, "object": "customer", "deleted": true });
    }))
}

/// `GET /v1/customers`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(desk, form, "customer", "/v1/customers", &[("email", "email")])
}

fn attach_methods(desk: &mut Desk, customer: &Value, form: &Form) -> Answer {
    for (param, is_default) in
        [("payment_method", false), ("invoice_settings.default_payment_method", true)]
    {
        let Some(id) = form.text(param) else { continue };
        let method = resolve(desk, id, param)?;
        desk.change(&json!(method), |method| method["customer"] = customer.clone());
        if is_default {
            desk.change(customer, |customer| {
                customer["invoice_settings"]["default_payment_method"] = json!(method);
            });
        }
    }
    retrieve(desk, customer.as_str().unwrap_or_default())
}

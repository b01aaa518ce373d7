//! Payment methods: cards by number, and Stripe's test cards by name.

use serde_json::{Value, json};

use super::cards::{Behaviour, Face, TEST_CARDS, TestCard};
use super::desk::{Answer, Desk, text};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::refusal::Refusal;

const PARAMS: [&str; 5] = ["type", "card", "billing_details", "metadata", "allow_redisplay"];

/// Ways to read a card. At Stripe a terminal makes the latter two.
const KINDS: [&str; 3] = ["card", "card_present", "interac_present"];

/// `POST /v1/payment_methods`
pub fn create(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    from_card(desk, form)
}

/// Makes a payment method from `type=card` with `card[number]` or `card[token]`, and a wallet's
/// `card[wallet][type]` and `card[wallet][dynamic_last4]`, which at Stripe its token tells.
pub fn from_card(desk: &mut Desk, form: &Form) -> Answer {
    if !KINDS.contains(&form.need("type")?) {
        return Err(Refusal::invalid("This simulator speaks of cards only.").param("type"));
    }
    let number = match form.text("card.token") {
        Some(token) => {
            TestCard::named(token)
                .ok_or_else(|| Refusal::missing("token", token, "card[token]"))?
                .number
        }
        None => form.need("card.number")?,
    };
    let face = Face::of(number).ok_or_else(|| {
        Refusal::new(402, "card_error", "Your card number is incorrect.")
            .code("incorrect_number")
            .param("number")
    })?;
    let name = TEST_CARDS.iter().find(|card| card.number == number).map_or("", |card| card.name);
    Ok(make(desk, &face, name, form))
}

/// The id of a stored payment method; a test card becomes a new one, as at Stripe.
pub fn resolve(desk: &mut Desk, id: &str, param: &str) -> Result<String, Refusal> {
    if let Some(card) = TestCard::named(id) {
        let face =
            Face::of(card.number).ok_or_else(|| Refusal::missing("payment_method", id, param))?;
        return Ok(text(&make(desk, &face, card.name, &Form::default())["id"]));
    }
    desk.get("payment_method", id, param).map(|found| text(&found["id"]))
}

/// What charging this payment method does.
pub fn behaviour(desk: &Desk, id: &Value) -> Behaviour {
    TestCard::behaviour(desk.hidden(id.as_str().unwrap_or_default()))
}

/// `GET /v1/payment_methods/{id}`
pub fn retrieve(desk: &mut Desk, id: &str) -> Answer {
    let id = resolve(desk, id, "payment_method")?;
    desk.get("payment_method", &id, "payment_method")
}

/// `POST /v1/payment_methods/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    let found = desk.get("payment_method", id, "payment_method")?;
    Ok(desk.change(&found["id"], |method| merge_metadata(method, form)))
}

/// `POST /v1/payment_methods/{id}/attach`
pub fn attach(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["customer"])?;
    let customer = desk.get("customer", form.need("customer")?, "customer")?;
    let id = resolve(desk, id, "payment_method")?;
    Ok(desk.change(&json!(id), |method| method["customer"] = customer["id"].clone()))
}

/// `POST /v1/payment_methods/{id}/detach`
pub fn detach(desk: &mut Desk, id: &str) -> Answer {
    let found = desk.get("payment_method", id, "payment_method")?;
    Ok(desk.change(&found["id"], |method| method["customer"] = Value::Null))
}

/// `GET /v1/payment_methods`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(
        desk,
        form,
        "payment_method",
        "/v1/payment_methods",
        &[("customer", "customer"), ("type", "type")],
    )
}

fn make(desk: &mut Desk, face: &Face, name: &str, form: &Form) -> Value {
    let id = desk.id("pm");
    let number = |path: &str, otherwise: i64| {
        form.text(path).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let kind = form.text("type").unwrap_or("card");
    let brand = if kind == "interac_present" { "interac" } else { face.brand };
    let mut method = json!({
        "id": id, "object": "payment_method", "type": kind, "created": desk.now, "customer": null,
        "livemode": false,
        "metadata": form.members("metadata"), "allow_redisplay": "unspecified",
        "billing_details": billing_details(form),
        kind: {
            "brand": brand, "display_brand": brand, "last4": face.last4, "iin": face.iin,
            "country": "US", "funding": "credit",
            "exp_month": number("card.exp_month", 12), "exp_year": number("card.exp_year", 2034),
            "fingerprint": format!("fp{}{}", face.iin, face.last4), "wallet": wallet(form),
            "checks": {
                "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"
            },
            "networks": { "available": [face.brand], "preferred": null },
        },
    });
    if kind != "card" {
        // a terminal does not tell it
        method[kind]["wallet"].as_object_mut().map(|wallet| wallet.remove("dynamic_last4"));
    }
    desk.keep_hidden(method, name.to_owned())
}

fn wallet(form: &Form) -> Value {
    let Some(kind) = form.text("card.wallet.type") else { return Value::Null };
    json!({ "type": kind, kind: {}, "dynamic_last4": form.or_null("card.wallet.dynamic_last4") })
}

fn billing_details(form: &Form) -> Value {
    let of = |name: &str| form.or_null(&format!("billing_details.{name}"));
    let address = |name: &str| form.or_null(&format!("billing_details.address.{name}"));
    json!({
        "name": of("name"), "email": of("email"), "phone": of("phone"), "tax_id": null,
        "address": {
            "line1": address("line1"), "line2": address("line2"), "city": address("city"),
            "state": address("state"),
            "postal_code": address("postal_code"), "country": address("country"),
        },
    })
}

//! Charges: what a confirmed payment intent does to the card.

use serde_json::{Value, json};

use super::cards::Behaviour;
use super::desk::{Answer, Desk};
use super::disputes::{self, Opening};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::payment_methods::behaviour;
use super::refusal::Refusal;
use super::search::search;
use super::{balance, connect};

/// The fields that a charge search may ask.
const SEARCHABLE: [&str; 14] = [
    "amount",
    "billing_details.address.postal_code",
    "created",
    "currency",
    "customer",
    "disputed",
    "refunded",
    "status",
    "payment_method_details.card.last4",
    "payment_method_details.card.brand",
    "payment_method_details.card.exp_month",
    "payment_method_details.card.exp_year",
    "payment_method_details.card.fingerprint",
    "payment_method_details.card.network",
];

/// What a new charge has as null.
const ABSENT: [&str; 14] = [
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "dispute",
    "failure_balance_transaction",
    "on_behalf_of",
    "receipt_number",
    "receipt_url",
    "review",
    "shipping",
    "source_transfer",
    "transfer_data",
    "transfer_group",
];

/// Charges the card of a payment intent, and gives the intent as it is then.
pub fn charge(desk: &mut Desk, intent: &Value) -> Answer {
    match behaviour(desk, &intent["payment_method"]) {
        Behaviour::Decline(code, decline_code) => Err(decline(desk, intent, code, decline_code)),
        Behaviour::Authenticate => Ok(desk.change(&intent["id"], |intent| {
            intent["status"] = json!("requires_action");
            intent["next_action"] = json!({
                "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "three_d_secure_redirect" }
            });
        })),
        behaviour => Ok(approve(desk, intent, behaviour)),
    }
}

/// Captures `amount` of an authorised charge, of which so much may still be captured afterwards.
pub fn capture(desk: &mut Desk, id: &Value, amount: i64, open: i64) {
    let balance = balance::transaction(desk, "charge", id, amount);
    desk.change(id, |charge| {
        charge["captured"] = json!(true);
        charge["amount_captured"] =
            json!(charge["amount_captured"].as_i64().unwrap_or_default() + amount);
        charge["balance_transaction"] = balance;
    });
    release(desk, id, open);
    let charge = desk.change(id, |_| {});
    connect::split(desk, &charge, amount);
    desk.announce("charge.captured", &charge);
}

/// Lets an authorisation go, but for what was captured of it and what may still be. The rest counts
/// as refunded.
pub fn release(desk: &mut Desk, id: &Value, open: i64) {
    let refunded = super::refunds::given_back(desk, id);
    desk.change(id, |charge| {
        let (all, captured) = (
            charge["amount"].as_i64().unwrap_or_default(),
            charge["amount_captured"].as_i64().unwrap_or_default(),
        );
        charge["amount_refunded"] = json!(refunded + all - captured - open);
        charge["refunded"] = json!(refunded >= captured && open == 0);
    });
}

/// `GET /v1/charges/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("charge", id, "id")
}

/// `POST /v1/charges/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["metadata", "fraud_details"])?;
    let found = retrieve(desk, id)?;
    Ok(desk.change(&found["id"], |charge| {
        for (name, value) in form.members("fraud_details") {
            charge["fraud_details"][name] = value;
        }
        merge_metadata(charge, form);
    }))
}

/// `GET /v1/charges`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(
        desk,
        form,
        "charge",
        "/v1/charges",
        &[("customer", "customer"), ("payment_intent", "payment_intent")],
    )
}

/// `GET /v1/charges/search`
pub fn find(desk: &Desk, form: &Form) -> Answer {
    search(desk, form, "charge", "/v1/charges/search", &SEARCHABLE)
}

fn approve(desk: &mut Desk, intent: &Value, behaviour: Behaviour) -> Value {
    let captured = intent["capture_method"] != "manual";
    let amount = intent["amount"].clone();
    let charge = keep_new(desk, intent, None);
    let id = charge["id"].clone();
    let paid = desk.change(&intent["id"], |intent| {
        intent["latest_charge"] = id.clone();
        intent["last_payment_error"] = Value::Null;
        intent["status"] = json!(if captured { "succeeded" } else { "requires_capture" });
        intent[if captured { "amount_received" } else { "amount_capturable" }] = amount.clone();
    });
    if captured {
        let balance =
            balance::transaction(desk, "charge", &id, amount.as_i64().unwrap_or_default());
        let charge = desk.change(&id, |charge| charge["balance_transaction"] = balance);
        connect::split(desk, &charge, amount.as_i64().unwrap_or_default());
    }
    let charge = desk.change(&id, |_| {});
    desk.announce("charge.succeeded", &charge);
    desk.announce(
        if captured {
            "payment_intent.succeeded"
        } else {
            "payment_intent.amount_capturable_updated"
        },
        &paid,
    );
    match behaviour {
        Behaviour::Dispute(reason, case_type) => {
            disputes::open(desk, &charge, &Opening::of(reason, case_type));
        }
        Behaviour::Warning => {
            disputes::warn(desk, &charge, "misc");
        }
        _ => {}
    }
    paid
}

fn decline(desk: &mut Desk, intent: &Value, code: &str, decline_code: &str) -> Refusal {
    let charge = keep_new(desk, intent, Some((code, decline_code)));
    let refusal = Refusal::declined(code, decline_code).with("charge", charge["id"].clone());
    let intent = desk.change(&intent["id"], |intent| {
        intent["status"] = json!("requires_payment_method");
        intent["latest_charge"] = charge["id"].clone();
        intent["last_payment_error"] = refusal.error();
        intent["payment_method"] = Value::Null;
    });
    desk.announce("charge.failed", &charge);
    desk.announce("payment_intent.payment_failed", &intent);
    refusal.with("payment_intent", intent)
}

fn keep_new(desk: &mut Desk, intent: &Value, declined: Option<(&str, &str)>) -> Value {
    let method = desk.change(&intent["payment_method"], |_| {});
    let captured = declined.is_none() && intent["capture_method"] != "manual";
    let paid = declined.is_none();
    let id = desk.id("ch");
    let (kind, card) = card_details(desk, &method, &intent["amount"], paid);
    let mut charge = json!({
        "id": id, "object": "charge", "amount": intent["amount"],
        "amount_captured": if captured { intent["amount"].clone() } else { json!(0) },
        "amount_refunded": 0, "billing_details": method["billing_details"],
        "calculated_statement_descriptor": descriptor(desk, intent), "captured": captured,
        "created": desk.now,
        "currency": intent["currency"],
        "customer": intent["customer"], "description": intent["description"], "disputed": false,
        "failure_code": declined.map(|(code, _)| code),
        "failure_message": declined.map(|_| "Your card was declined."),
        "fraud_details": {}, "livemode": false, "metadata": intent["metadata"],
        "outcome": outcome(declined), "paid": paid,
        "payment_intent": intent["id"], "payment_method": method["id"],
        "payment_method_details": { kind.as_str(): card, "type": kind },
        "receipt_email": intent["receipt_email"], "refunded": false,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": if paid { "succeeded" } else { "failed" },
    });
    for absent in ABSENT {
        charge[absent] = Value::Null;
    }
    for same in [
        "application_fee_amount",
        "on_behalf_of",
        "presentment_details",
        "transfer_data",
        "transfer_group",
    ] {
        charge[same] = intent[same].clone();
    }
    desk.keep(charge)
}

/// How the card was read, and what is told of it. A terminal's authorisation code is on its
/// receipt.
fn card_details(desk: &mut Desk, method: &Value, amount: &Value, paid: bool) -> (String, Value) {
    let kind = method["type"].as_str().unwrap_or("card").to_owned();
    let mut card = method[&kind].clone();
    card["amount_authorized"] = if paid { amount.clone() } else { Value::Null };
    card["network"] = card["brand"].clone();
    card["network_transaction_id"] = json!(desk.digits("", 15));
    let code = if paid { json!(desk.digits("", 6)) } else { Value::Null };
    if kind == "card" {
        card["authorization_code"] = code;
    } else {
        card["read_method"] = json!("contactless_emv");
        card["receipt"] = json!({
            "authorization_code": code, "authorization_response_code": "3030",
            "account_type": "unknown"
        });
    }
    for absent in ["installments", "mandate", "network_token", "three_d_secure"] {
        card[absent] = Value::Null;
    }
    (kind, card)
}

/// What the cardholder reads: the account's prefix with the suffix, or the whole descriptor that
/// was given.
fn descriptor(desk: &Desk, intent: &Value) -> String {
    let account = desk.own_account();
    let prefix =
        account["settings"]["payments"]["statement_descriptor"].as_str().unwrap_or_default();
    let given = intent["statement_descriptor"].as_str().unwrap_or(prefix).to_uppercase();
    match intent["statement_descriptor_suffix"].as_str() {
        Some(suffix) => format!("{given}* {}", suffix.to_uppercase()),
        None => given,
    }
}

fn outcome(declined: Option<(&str, &str)>) -> Value {
    match declined {
        None => json!({
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal",
            "type": "authorized",
            "seller_message": "Payment complete.",
        }),
        Some((_, decline_code)) => json!({
            "network_status": "declined_by_network", "reason": decline_code, "risk_level": "normal",
            "type": "issuer_declined",
            "seller_message": "The bank did not return any further details with this decline.",
        }),
    }
}

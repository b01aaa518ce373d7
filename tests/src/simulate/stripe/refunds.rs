//! Refunds, with Stripe's refusals.

use serde_json::{Value, json};

use super::cards::Behaviour;
use super::desk::{Answer, Desk, text};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::payment_methods::behaviour;
use super::refusal::Refusal;
use super::{balance, charges, connect, currencies, disputes};

const PARAMS: [&str; 10] = [
    "payment_intent",
    "charge",
    "amount",
    "reason",
    "metadata",
    "currency",
    "refund_application_fee",
    "reverse_transfer",
    "instructions_email",
    "origin",
];
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// `POST /v1/refunds`
pub fn create(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&PARAMS)?;
    if let Some(reason) = form.text("reason").filter(|reason| !REASONS.contains(reason)) {
        return Err(Refusal::invalid(format!(
            "Invalid reason: must be one of {}",
            REASONS.join(", ")
        ))
        .param("reason")
        .with("given", json!(reason)));
    }
    let asked = form.integer("amount")?;
    let charge = charge_of(desk, form)?;
    let amount = refundable(desk, &charge, asked)?;
    currencies::check(amount, charge["currency"].as_str().unwrap_or_default(), "amount")?;
    let reversal = connect::give_back(desk, form, &charge, amount)?;
    let status = first_status(desk, &charge);
    let refund = keep_new(desk, form, &charge, amount, status);
    let refund = desk.change(&refund["id"], |refund| refund["transfer_reversal"] = reversal);
    recount(desk, &charge["id"]);
    disputes::close_inquiries(desk, &charge["id"]);
    desk.announce("refund.created", &refund);
    let charge = desk.change(&charge["id"], |_| {});
    desk.announce("charge.refunded", &charge);
    if let Some(why) = desk.memory.knobs.failing_refund.take() {
        return settle(desk, &text(&refund["id"]), Some(&why));
    }
    if behaviour(desk, &charge["payment_method"]) == Behaviour::RefundFails {
        // The caller still hears of success: the bank's word comes later.
        settle(desk, &text(&refund["id"]), Some("expired_or_canceled_card"))?;
    }
    Ok(refund)
}

/// Ends a refund: it succeeds, or fails for the reason given.
pub fn settle(desk: &mut Desk, id: &str, failure: Option<&str>) -> Answer {
    let found = retrieve(desk, id)?;
    let status = found["status"].as_str().unwrap_or_default();
    if matches!(status, "failed" | "canceled") || (status == "succeeded" && failure.is_none()) {
        return Err(Refusal::invalid(format!("This refund has already {status}.")));
    }
    Ok(match failure {
        None => {
            move_to(desk, &found["id"], "succeeded", &["refund.updated", "charge.refund.updated"])
        }
        Some(why) => {
            let amount = found["amount"].as_i64().unwrap_or_default();
            let balance = balance::transaction(desk, "refund_failure", &found["id"], amount);
            desk.change(&found["id"], |refund| {
                refund["failure_reason"] = json!(why);
                refund["failure_balance_transaction"] = balance;
            });
            move_to(
                desk,
                &found["id"],
                "failed",
                &["refund.updated", "refund.failed", "charge.refund.updated"],
            )
        }
    })
}

/// The acquirer's reference of a refund becomes known, as it does some days after the refund.
pub fn refer(desk: &mut Desk, id: &str) -> Answer {
    let found = retrieve(desk, id)?;
    let reference = desk.digits("74", 23);
    let refund = desk.change(&found["id"], |refund| {
        let card = &mut refund["destination_details"]["card"];
        card["reference"] = json!(reference);
        card["reference_status"] = json!("available");
    });
    desk.announce("refund.updated", &refund);
    desk.announce("charge.refund.updated", &refund);
    Ok(refund)
}

/// `POST /v1/refunds/{id}/cancel`
pub fn cancel(desk: &mut Desk, id: &str) -> Answer {
    let found = retrieve(desk, id)?;
    if !matches!(found["status"].as_str(), Some("pending" | "requires_action")) {
        return Err(Refusal::invalid("Only a refund that is pending can be canceled.").remember());
    }
    Ok(move_to(desk, &found["id"], "canceled", &["refund.updated", "charge.refund.updated"]))
}

/// `GET /v1/refunds/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("refund", id, "id")
}

/// `POST /v1/refunds/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["metadata"])?;
    let found = retrieve(desk, id)?;
    let refund = desk.change(&found["id"], |refund| merge_metadata(refund, form));
    desk.announce("refund.updated", &refund);
    desk.announce("charge.refund.updated", &refund);
    Ok(refund)
}

/// `GET /v1/refunds`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(
        desk,
        form,
        "refund",
        "/v1/refunds",
        &[("charge", "charge"), ("payment_intent", "payment_intent")],
    )
}

fn charge_of(desk: &Desk, form: &Form) -> Answer {
    let charge = match (form.text("charge"), form.text("payment_intent")) {
        (Some(id), _) => desk.get("charge", id, "charge")?,
        (None, Some(id)) => {
            let intent = desk.get("payment_intent", id, "payment_intent")?;
            let paid = intent["status"] == "succeeded"
                || intent["amount_received"].as_i64().is_some_and(|received| received > 0);
            let charge = intent["latest_charge"]
                .as_str()
                .filter(|_| paid)
                .map(|charge| desk.get("charge", charge, "charge"));
            charge.unwrap_or_else(|| {
                let message = format!(
                    "This PaymentIntent ({id}) does not have a successful charge to refund."
                );
                Err(Refusal::invalid(message).param("payment_intent").remember())
            })?
        }
        (None, None) => {
            let message = "One of the following params should be provided for this request: \
                payment_intent or charge.";
            return Err(Refusal::invalid(message).code("parameter_missing"));
        }
    };
    if charge["status"] != "succeeded" || charge["captured"] != true {
        return Err(Refusal::invalid(
            "This charge was not captured, so there is nothing to refund.",
        )
        .code("charge_not_refundable")
        .remember());
    }
    Ok(charge)
}

fn refundable(desk: &Desk, charge: &Value, asked: Option<i64>) -> Result<i64, Refusal> {
    let id = text(&charge["id"]);
    if disputes::blocks_refund(desk, &charge["id"]) {
        return Err(Refusal::invalid(format!(
            "Charge {id} has been charged back; cannot issue a refund."
        ))
        .code("charge_disputed")
        .remember());
    }
    let left =
        charge["amount_captured"].as_i64().unwrap_or_default() - given_back(desk, &charge["id"]);
    if left <= 0 {
        return Err(Refusal::invalid(format!("Charge {id} has already been refunded."))
            .code("charge_already_refunded")
            .remember());
    }
    match asked.unwrap_or(left) {
        amount if amount < 1 => Err(Refusal::invalid("Invalid positive integer")
            .param("amount")
            .code("parameter_invalid_integer")),
        amount if amount > left => {
            let message = format!(
                "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            );
            Err(Refusal::invalid(message).param("amount").remember())
        }
        amount => Ok(amount),
    }
}

fn first_status(desk: &mut Desk, charge: &Value) -> &'static str {
    let knob = &mut desk.memory.knobs.pending_refunds;
    if *knob > 0 {
        *knob -= 1;
        return "pending";
    }
    if behaviour(desk, &charge["payment_method"]) == Behaviour::RefundPending {
        "pending"
    } else {
        "succeeded"
    }
}

fn keep_new(desk: &mut Desk, form: &Form, charge: &Value, amount: i64, status: &str) -> Value {
    let id = desk.id("re");
    let balance = balance::transaction(desk, "refund", &charge["id"], -amount);
    desk.keep(json!({
        "id": id, "object": "refund", "amount": amount, "balance_transaction": balance,
        "charge": charge["id"], "created": desk.now,
        "currency": charge["currency"], "metadata": form.members("metadata"),
        "payment_intent": charge["payment_intent"],
        "presentment_details": presented(charge, amount), "reason": form.or_null("reason"),
        "receipt_number": null, "source_transfer_reversal": null, "status": status,
        "pending_reason": (status == "pending").then_some("processing"), "transfer_reversal": null,
        "destination_details": {
            "type": "card",
            "card": {
                "reference_status": "pending", "type": "refund",
                "reference_type": "acquirer_reference_number"
            },
        },
    }))
}

/// What goes back in the currency that the cardholder was asked for.
fn presented(charge: &Value, amount: i64) -> Value {
    let (of, presented) = (charge["amount"].as_i64().unwrap_or(1), &charge["presentment_details"]);
    let given = presented["presentment_amount"].as_i64().map(|whole| whole * amount / of.max(1));
    let currency = &presented["presentment_currency"];
    given.map_or(
        Value::Null,
        |given| json!({ "presentment_amount": given, "presentment_currency": currency }),
    )
}

fn move_to(desk: &mut Desk, id: &Value, status: &str, events: &[&str]) -> Value {
    let refund = desk.change(id, |refund| {
        refund["status"] = json!(status);
        refund["pending_reason"] = Value::Null;
    });
    recount(desk, &refund["charge"]);
    for event in events {
        desk.announce(event, &refund);
    }
    refund
}

/// What the refunds of a charge give back. Pending ones count; failed and cancelled ones do not any
/// more.
pub fn given_back(desk: &Desk, charge: &Value) -> i64 {
    let alive = |refund: &&Value| !matches!(refund["status"].as_str(), Some("failed" | "canceled"));
    let of_charge = desk.all("refund").filter(|refund| refund["charge"] == *charge);
    of_charge.filter(alive).filter_map(|refund| refund["amount"].as_i64()).sum()
}

/// The charge counts again what went back of it.
fn recount(desk: &mut Desk, charge: &Value) {
    let intent = desk.all("payment_intent").find(|intent| intent["latest_charge"] == *charge);
    let open = intent.and_then(|intent| intent["amount_capturable"].as_i64()).unwrap_or_default();
    charges::release(desk, charge, open);
}

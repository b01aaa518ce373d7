//! Payments that a platform shares with a seller: transfers, application fees, and how refunds take
//! them back.

use serde_json::{Value, json};

use super::desk::{Answer, Desk, PLATFORM, text};
use super::form::Form;
use super::refusal::Refusal;

/// Refuses a fee of which no seller is charged.
pub fn check(desk: &Desk, form: &Form, amount: i64) -> Result<(), Refusal> {
    let Some(fee) = form.integer("application_fee_amount")? else { return Ok(()) };
    let refused = |message: &str| Err(Refusal::invalid(message).param("application_fee_amount"));
    if desk.account == PLATFORM && form.text("transfer_data.destination").is_none() {
        return refused(
            "Can only apply an application_fee_amount to a direct payment or a destination \
             payment.",
        );
    }
    if !(0..=amount).contains(&fee) {
        return refused("The application fee must be from 0 to the amount of the payment.");
    }
    Ok(())
}

/// Gives the seller and the platform their shares of what was captured. A fee of 0 is none.
pub fn split(desk: &mut Desk, charge: &Value, captured: i64) {
    let (created, id, currency) = (desk.now, &charge["id"], &charge["currency"]);
    let destination = &charge["transfer_data"]["destination"];
    if !destination.is_null() {
        let share = charge["transfer_data"]["amount"].as_i64().unwrap_or(captured);
        let name = desk.id("tr");
        let transfer = desk.keep(json!({
            "id": name, "object": "transfer", "amount": share, "amount_reversed": 0,
            "created": created, "currency": currency,
            "destination": destination, "livemode": false, "metadata": {}, "reversed": false,
            "source_transaction": id,
        }));
        desk.change(id, |charge| charge["transfer"] = transfer["id"].clone());
    }
    if let Some(fee) = charge["application_fee_amount"].as_i64().filter(|fee| *fee > 0) {
        let name = desk.id("fee");
        let seller = destination.as_str().unwrap_or(desk.account).to_owned();
        let fee = desk.keep(json!({
            "id": name, "object": "application_fee", "account": seller, "amount": fee,
            "amount_refunded": 0,
            "application": "ca_Simulator", "charge": id, "created": created, "currency": currency,
            "livemode": false, "refunded": false,
        }));
        desk.change(id, |charge| charge["application_fee"] = fee["id"].clone());
    }
}

/// Takes back what the refund's parameters say, in proportion, and gives the id of the transfer's
/// reversal.
pub fn give_back(
    desk: &mut Desk,
    form: &Form,
    charge: &Value,
    amount: i64,
) -> Result<Value, Refusal> {
    let (reverses, gives_fee) =
        (form.flag("reverse_transfer")?, form.flag("refund_application_fee")?);
    let id = text(&charge["id"]);
    if reverses && charge["transfer"].is_null() {
        let message = format!(
            "Cannot reverse transfer on charge {id} because it does not have an associated \
             transfer."
        );
        return Err(Refusal::invalid(message).param("reverse_transfer"));
    }
    if gives_fee && charge["application_fee"].is_null() {
        let message =
            format!("Attempting to refund_application_fee on {id}, but it has no application fee");
        return Err(Refusal::invalid(message).param("refund_application_fee"));
    }
    if reverses && !desk.memory.knobs.sellers_can_pay {
        let message = "The connected account does not have the funds to reverse this transfer.";
        return Err(Refusal::invalid(message).code("balance_insufficient").remember());
    }
    let whole = charge["amount_captured"].as_i64().unwrap_or_default().max(1);
    if gives_fee {
        take(desk, &charge["application_fee"], "amount_refunded", "refunded", amount, whole);
    }
    if !reverses {
        return Ok(Value::Null);
    }
    take(desk, &charge["transfer"], "amount_reversed", "reversed", amount, whole);
    Ok(json!(desk.id("trr")))
}

/// `GET /v1/transfers/{id}`
pub fn transfer(desk: &Desk, id: &str) -> Answer {
    desk.get("transfer", id, "transfer")
}

/// `GET /v1/application_fees/{id}`
pub fn fee(desk: &Desk, id: &str) -> Answer {
    desk.get("application_fee", id, "id")
}

fn take(desk: &mut Desk, id: &Value, counted: &str, all: &str, amount: i64, whole: i64) {
    desk.change(id, |share| {
        let own = share["amount"].as_i64().unwrap_or_default();
        let taken = share[counted].as_i64().unwrap_or_default() + own * amount / whole;
        share[counted] = json!(taken.min(own));
        share[all] = json!(taken >= own);
    });
}

//! Disputes, and the early fraud warnings that come before them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::balance;
use super::desk::{Answer, Desk};
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::refusal::Refusal;

/// Seven days for an answer, in seconds.
const RESPONSE_TIME: i64 = 7 * 86_400;

/// How a dispute is opened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Opening {
    /// `chargeback` (the default), `inquiry`, `compliance`, `resolution` or `block`.
    pub case_type: Option<String>,
    /// `fraudulent` if nothing is said.
    pub reason: Option<String>,
    /// Minor units; the whole charge if nothing is said.
    pub amount: Option<i64>,
    /// Whether the charge may still be refunded; by default only under an inquiry.
    pub refundable: Option<bool>,
    /// By default what the case type begins with.
    pub status: Option<String>,
}

impl Opening {
    /// A dispute of the whole charge.
    #[must_use]
    pub fn of(reason: &str, case_type: &str) -> Self {
        Self {
            case_type: Some(case_type.to_owned()),
            reason: Some(reason.to_owned()),
            ..Self::default()
        }
    }
}

/// Opens a dispute of `charge`.
pub fn open(desk: &mut Desk, charge: &Value, opening: &Opening) -> Value {
    let case_type = opening.case_type.as_deref().unwrap_or("chargeback");
    let (status, fee) = opened_as(case_type);
    let amount = opening.amount.unwrap_or_else(|| charge["amount"].as_i64().unwrap_or_default());
    let id = desk.id("du");
    let booked = if fee { vec![withdraw(desk, charge, amount)] } else { Vec::new() };
    let dispute = desk.keep(json!({
        "id": id, "object": "dispute", "amount": amount, "balance_transactions": booked,
        "charge": charge["id"], "created": desk.now,
        "currency": charge["currency"], "enhanced_eligibility_types": [], "evidence": {},
        "livemode": false, "metadata": {},
        "evidence_details": {
            "due_by": desk.now + RESPONSE_TIME, "has_evidence": false, "past_due": false,
            "submission_count": 0, "enhanced_eligibility": {},
        },
        "is_charge_refundable": opening.refundable.unwrap_or(case_type == "inquiry"),
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"], "case_type": case_type,
                "network_reason_code": "10.4"
            },
        },
        "reason": opening.reason.as_deref().unwrap_or("fraudulent"),
        "status": opening.status.as_deref().unwrap_or(status),
    }));
    desk.change(&charge["id"], |charge| {
        charge["disputed"] = json!(true);
        charge["dispute"] = json!(id);
    });
    settle_warnings(desk, &charge["id"]);
    desk.announce("charge.dispute.created", &dispute);
    if fee {
        desk.announce("charge.dispute.funds_withdrawn", &dispute);
    }
    dispute
}

/// The status in which a case type begins, and whether the money is withdrawn at once.
fn opened_as(case_type: &str) -> (&'static str, bool) {
    match case_type {
        "inquiry" => ("warning_needs_response", false),
        "resolution" | "block" => ("prevented", false),
        _ => ("needs_response", true),
    }
}

/// Takes a disputed amount from the balance; the balance transaction.
fn withdraw(desk: &mut Desk, charge: &Value, amount: i64) -> Value {
    let id = balance::transaction(desk, "adjustment", &charge["id"], -amount);
    desk.change(&id, |_| {})
}

/// Keeps an early fraud warning of `charge`.
pub fn warn(desk: &mut Desk, charge: &Value, fraud_type: &str) -> Value {
    let id = desk.id("issfr");
    let actionable = charge["disputed"] == false && charge["refunded"] == false;
    let warning = desk.keep(json!({
        "id": id, "object": "radar.early_fraud_warning", "actionable": actionable,
        "charge": charge["id"], "created": desk.now,
        "fraud_type": fraud_type, "livemode": false, "payment_intent": charge["payment_intent"],
    }));
    desk.announce("radar.early_fraud_warning.created", &warning);
    warning
}

/// Whether a dispute of this charge stands in the way of a refund.
pub fn blocks_refund(desk: &Desk, charge: &Value) -> bool {
    let over =
        |dispute: &Value| matches!(dispute["status"].as_str(), Some("won" | "warning_closed"));
    desk.all("dispute").any(|dispute| {
        dispute["charge"] == *charge && dispute["is_charge_refundable"] == false && !over(dispute)
    })
}

/// A full refund closes what was only an inquiry, and leaves no warning to act on.
pub fn close_inquiries(desk: &mut Desk, charge: &Value) {
    if desk.change(charge, |_| {})["refunded"] != true {
        return;
    }
    settle_warnings(desk, charge);
    let open = |dispute: &&Value| {
        dispute["charge"] == *charge && dispute["status"] == "warning_needs_response"
    };
    let ids: Vec<Value> =
        desk.all("dispute").filter(open).map(|dispute| dispute["id"].clone()).collect();
    for id in ids {
        let dispute = desk.change(&id, |dispute| {
            dispute["status"] = json!("warning_closed");
            dispute["is_charge_refundable"] = json!(false);
        });
        desk.announce("charge.dispute.closed", &dispute);
    }
}

/// `GET /v1/disputes/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("dispute", id, "dispute")
}

/// `POST /v1/disputes/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["evidence", "submit", "metadata"])?;
    let found = open_dispute(desk, id)?;
    let submit = form.text("submit").is_none() || form.flag("submit")?;
    let evidence = form.members("evidence");
    let dispute = desk.change(&found["id"], |dispute| {
        if !evidence.is_empty() {
            dispute["evidence_details"]["has_evidence"] = json!(true);
        }
        for (name, value) in evidence {
            dispute["evidence"][name] = value;
        }
        if submit {
            let count =
                dispute["evidence_details"]["submission_count"].as_i64().unwrap_or_default();
            dispute["evidence_details"]["submission_count"] = json!(count + 1);
            let inquiry =
                dispute["status"].as_str().is_some_and(|status| status.starts_with("warning"));
            dispute["status"] =
                json!(if inquiry { "warning_under_review" } else { "under_review" });
        }
        merge_metadata(dispute, form);
    });
    desk.announce("charge.dispute.updated", &dispute);
    Ok(dispute)
}

/// `POST /v1/disputes/{id}/close`
pub fn close(desk: &mut Desk, id: &str) -> Answer {
    let found = open_dispute(desk, id)?;
    let dispute = desk.change(&found["id"], |dispute| {
        dispute["status"] = json!("lost");
        dispute["is_charge_refundable"] = json!(false);
    });
    desk.announce("charge.dispute.closed", &dispute);
    Ok(dispute)
}

/// `GET /v1/disputes`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(
        desk,
        form,
        "dispute",
        "/v1/disputes",
        &[("charge", "charge"), ("payment_intent", "payment_intent")],
    )
}

/// `GET /v1/radar/early_fraud_warnings`
pub fn warnings(desk: &Desk, form: &Form) -> Answer {
    let filters = [("charge", "charge"), ("payment_intent", "payment_intent")];
    list(desk, form, "radar.early_fraud_warning", "/v1/radar/early_fraud_warnings", &filters)
}

fn open_dispute(desk: &Desk, id: &str) -> Answer {
    let found = retrieve(desk, id)?;
    match found["status"].as_str() {
        Some("needs_response" | "warning_needs_response") => Ok(found),
        _ => Err(Refusal::invalid("This dispute is already closed or under review.").remember()),
    }
}

fn settle_warnings(desk: &mut Desk, charge: &Value) {
    let live = |warning: &&Value| warning["charge"] == *charge && warning["actionable"] == true;
    let ids: Vec<Value> = desk
        .all("radar.early_fraud_warning")
        .filter(live)
        .map(|warning| warning["id"].clone())
        .collect();
    for id in ids {
        let warning = desk.change(&id, |warning| warning["actionable"] = json!(false));
        desk.announce("radar.early_fraud_warning.updated", &warning);
    }
}

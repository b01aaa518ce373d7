//! What vendors hear: in time, true, and once.

use std::collections::BTreeMap;

use domain::alert::history::StepEvidence;
use domain::alert::{Alert, AlertState, RefundRecord, ReturnMethod, StepKind};
use jiff::Timestamp;
use serde_json::Value;

use super::{Seen, merchant};
use crate::simulate::ethoca::{Received, Verdict};

/// After an answer is due it may still wait for a network that is down, until the network's own
/// limit.
pub(super) fn in_time(seen: &Seen) -> Vec<String> {
    let now = seen.world.clock.now();
    let late = seen.alerts.iter().filter(|alert| !is_on_its_way(alert, now));
    late.map(|alert| {
        format!(
            "{} is {:?} at {now}, deadlines {:?}",
            alert.id,
            alert.state().step_kind(),
            alert.deadlines
        )
    })
    .collect()
}

fn is_on_its_way(alert: &Alert, now: Timestamp) -> bool {
    let until = |last: Timestamp| now < last && alert.due().is_some();
    match alert.state() {
        AlertState::Resolved { .. } | AlertState::Retracted { .. } => true,
        // before a person, who was alarmed
        AlertState::ActionRequired { why, .. } if why.can_money_move() => true,
        AlertState::Received { .. }
        | AlertState::Matched { .. }
        | AlertState::ActionRequired { .. } => until(alert.deadlines.action),
        AlertState::Decided { .. }
        | AlertState::Refunding { .. }
        | AlertState::Actioned { .. }
        | AlertState::Expired { .. } => until(alert.deadlines.limit),
    }
}

pub(super) fn kept(seen: &Seen) -> Vec<String> {
    let holds = |id: &str| {
        let alerts = seen.alerts.iter().any(|alert| alert.claim.vendor_alert_id == id);
        alerts
            || seen.items.iter().any(|item| {
                item.get("vendor_alert_id")
                    .and_then(|held| held.as_s().ok())
                    .is_some_and(|held| held == id)
            })
    };
    seen.world
        .ethoca
        .acknowledged()
        .into_iter()
        .filter(|id| !holds(id))
        .map(|id| format!("{id} was acknowledged and is lost"))
        .collect()
}

pub(super) fn true_and_single(seen: &Seen) -> Vec<String> {
    let mut said: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut broken = Vec::new();
    for received in seen.world.ethoca.outcomes() {
        let (id, words) = words(&received);
        let first = said.entry(id.clone()).or_insert_with(|| words.clone());
        if *first != words {
            broken.push(format!("{id} was told {first:?} and then {words:?}"));
        }
        if received.verdict == Verdict::Accepted
            && words.1 == "REFUNDED"
            && !money_went_back(seen, &id, received.at)
        {
            broken.push(format!("{id} was told {words:?}, and no money went back"));
        }
    }
    broken
}

fn words(received: &Received) -> (String, (String, String)) {
    let outcome: Value = serde_json::from_str(received.outcome.get()).expect("an outcome is JSON");
    let text = |field: &str| outcome[field].as_str().unwrap_or_default().to_owned();
    (text("alertId"), (text("outcome"), text("refundStatus")))
}

/// Declared by a key, or confirmed by the processor by then; for another alert, or by somebody
/// else, counts too.
fn money_went_back(seen: &Seen, vendor_alert_id: &str, by: Timestamp) -> bool {
    let Some(alert) =
        seen.alerts.iter().find(|alert| alert.claim.vendor_alert_id == vendor_alert_id)
    else {
        return false;
    };
    if let Some(refund) = told_refund(alert) {
        let at_merchant = || merchant::confirmed(seen, |one| one.id == refund.id, by);
        return refund.way == ReturnMethod::Declared
            || confirmed(seen, |object| object["id"] == refund.id.as_str(), by)
            || at_merchant();
    }
    let Some(sale) = alert.sale().map(|found| &found.sale) else { return false };
    // the order told of it
    let Some(payment) = &sale.payment else { return sale.standing.refunded_minor_units() > 0 };
    let of_sale = |object: &Value| {
        object["payment_intent"] == payment.reference.as_str()
            || object["charge"] == payment.reference.as_str()
    };
    confirmed(seen, of_sale, by)
        || merchant::confirmed(seen, |one| one.payment == payment.reference, by)
        || sale.standing.dispute.as_ref().is_some_and(|dispute| dispute.prevented)
}

/// The refund that the answer told of: where another was confirmed since, the one of the last step
/// that led to an answer.
fn told_refund(alert: &Alert) -> Option<&RefundRecord> {
    let now = alert.settlement().and_then(|done| done.refund.as_ref());
    if !alert.history.iter().any(|step| step.did == StepKind::RefundConfirmed) {
        return now;
    }
    let settled = alert.history.iter().rev().find_map(|step| match step.proof.as_deref() {
        Some(StepEvidence::Done { refund, .. }) => Some(refund.as_ref()),
        _ => None,
    });
    settled.unwrap_or(now)
}

/// Whether Stripe announced by then that such a refund succeeded; that it failed later does not
/// count.
fn confirmed(seen: &Seen, is: impl Fn(&Value) -> bool, by: Timestamp) -> bool {
    seen.world.stripe.objects("event").iter().any(|event| {
        let object = &event["data"]["object"];
        let announced = event["created"].as_i64().is_some_and(|at| at <= by.as_second());
        object["object"] == "refund" && object["status"] == "succeeded" && announced && is(object)
    })
}

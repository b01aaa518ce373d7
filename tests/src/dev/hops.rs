//! One line per hop, read off the table's own stream.

use domain::alert::{Alert, AlertState};
use serde_json::Value;

/// Prints what a write did to an alert.
pub(super) fn print(write: &Value) {
    let Some(image) = write["dynamodb"].get("NewImage").filter(|image| image["sk"]["S"] == "ALERT")
    else {
        return;
    };
    let item: Result<serde_dynamo::Item, _> = serde_json::from_value(image.clone());
    let Some(alert) = item.ok().and_then(|item| serde_dynamo::from_item::<_, Alert>(item).ok())
    else {
        return;
    };
    let did = alert.history.last().map(|step| format!("{:?}", step.did)).unwrap_or_default();
    println!("{:.3}  {}  {did:<15} {}", alert.updated_at, alert.id, told(&alert));
}

fn told(alert: &Alert) -> String {
    match alert.state() {
        AlertState::Received { .. } => format!(
            "{} {} of {}",
            alert.claim.network.as_str(),
            alert.claim.vendor_alert_id,
            alert.claim.disputed_amount()
        ),
        AlertState::Matched { sale, .. } => {
            format!("{} by {:?}, score {}", sale.sale.transaction_id, sale.evidence, sale.score)
        }
        AlertState::ActionRequired { why, candidates, .. } => {
            format!("{why:?}, {} candidates", candidates.len())
        }
        AlertState::Decided { decision, .. } => format!("{:?}", decision.course),
        AlertState::Refunding { refund, .. } => {
            format!("{} of {} is on its way", refund.id, refund.amount)
        }
        AlertState::Actioned { done } => match &done.refund {
            Some(refund) => {
                format!("{} of {}, subscription: {:?}", refund.id, refund.amount, done.cancellation)
            }
            None => format!("no money moved, subscription: {:?}", done.cancellation),
        },
        AlertState::Expired { done } => format!("{:?}", done.outcome),
        AlertState::Resolved { done, answer } => format!("{:?}: {:?}", answer, done.outcome),
        AlertState::Retracted { .. } => "by the network".into(),
    }
}

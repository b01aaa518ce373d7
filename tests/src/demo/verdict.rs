//! Judges the run by what the partners themselves remember, not by what we say of ourselves.

use serde_json::Value;

use super::client::Client;
use super::payment::Paid;
use super::{Failed, Show};

/// Exactly one refund in the alert's name, one subscription cancelled, one outcome taken; and the
/// alert says so.
///
/// # Errors
/// The first thing that does not hold.
pub async fn judge(
    client: &Client,
    alert: &Value,
    paid: &Paid,
    pushed: &Value,
    show: Show<'_>,
) -> Result<(), Failed> {
    show("What the partners remember");
    check_refund(client, alert, paid, show).await?;
    check_subscription(client, paid, show).await?;
    check_outcome(client, pushed, show).await?;
    holds("the alert shows REFUNDED", alert["transaction_refund_outcome"] == "REFUNDED")?;
    holds(
        "the alert names the payment",
        alert["integration_transaction_id"] == paid.payment.as_str(),
    )?;
    holds("the alert needs nobody", alert["is_actionable"] == false)
}

async fn check_refund(
    client: &Client,
    alert: &Value,
    paid: &Paid,
    show: Show<'_>,
) -> Result<(), Failed> {
    let refunds =
        client.stripe(&format!("/v1/refunds?payment_intent={}", paid.payment), &[]).await?;
    let refunds = refunds["data"].as_array().cloned().unwrap_or_default();
    let [refund] = refunds.as_slice() else {
        return Err(format!("Stripe remembers {} refunds of the payment", refunds.len()));
    };
    holds(
        "the refund carries the alert's id",
        refund["metadata"]["cbs_related_alert_id"] == alert["id"],
    )?;
    holds(
        "the refund is of 49.00 USD",
        refund["amount"] == 4900 && refund["status"] == "succeeded",
    )?;
    show(&format!(
        "  Stripe: one refund, {}, of 49.00 USD for {}",
        refund["id"].as_str().unwrap_or("?"),
        paid.payment
    ));
    Ok(())
}

async fn check_subscription(client: &Client, paid: &Paid, show: Show<'_>) -> Result<(), Failed> {
    let subscription =
        client.stripe(&format!("/v1/subscriptions/{}", paid.subscription), &[]).await?;
    holds("the subscription is cancelled", subscription["status"] == "canceled")?;
    show(&format!("  Stripe: {} is cancelled", paid.subscription));
    Ok(())
}

async fn check_outcome(client: &Client, pushed: &Value, show: Show<'_>) -> Result<(), Failed> {
    let outcomes = client.ethoca("outcomes").await?;
    let outcomes =
        outcomes["outcomes"].as_array().or(outcomes.as_array()).cloned().unwrap_or_default();
    let ours: Vec<&Value> = outcomes
        .iter()
        .filter(|one| one["alertId"] == pushed["alertId"] || one["alert_id"] == pushed["alertId"])
        .collect();
    let [outcome] = ours.as_slice() else {
        return Err(format!("Ethoca remembers {} outcomes of the alert", ours.len()));
    };
    holds(
        "Ethoca was told RESOLVED and REFUNDED",
        outcome["outcome"]["outcome"] == "RESOLVED"
            && outcome["outcome"]["refundStatus"] == "REFUNDED",
    )?;
    show("  Ethoca: one outcome, RESOLVED / REFUNDED");
    Ok(())
}

fn holds(what: &str, is: bool) -> Result<(), Failed> {
    if is { Ok(()) } else { Err(format!("it does not hold that {what}")) }
}

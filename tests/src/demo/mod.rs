//! The demonstration: a partner is onboarded, a subscription is paid at Stripe, Ethoca alerts, and the alert is seen
//! through to its answer. It only makes HTTP calls, so the same run judges World and the deployed template.

mod client;
mod onboarding;
mod payment;
mod timeline;
mod verdict;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use client::Client;
pub use timeline::hops;

/// How long the alert may take from its push to its answer.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the demonstration runs against.
#[derive(Debug, Clone)]
pub struct Target {
    /// The partner API.
    pub api_url: String,
    pub partner_api_key: String,
    /// Where Ethoca pushes alerts, and as whom.
    pub push_url: String,
    pub username: String,
    pub password: String,
    /// The simulators, without a path.
    pub ethoca_simulator: String,
    pub stripe_simulator: String,
}

/// What went wrong, in a sentence.
pub type Failed = String;

/// Runs it, showing each line as it comes.
///
/// # Errors
/// The first step that is not what it must be.
pub async fn run(target: &Target, show: &dyn Fn(&str)) -> Result<(), Failed> {
    let began = Instant::now();
    let client = Client::new(target);
    let house = onboarding::onboard(&client, show).await?;
    let payment = payment::subscribe(&client, show).await?;
    onboarding::tell_of(&client, &house, &payment, show).await?;
    let alert_id = push(&client, &payment, show).await?;
    let alert = resolved(&client, &house.organisation, &alert_id).await?;
    for line in hops(&alert) {
        show(&line);
    }
    verdict::judge(&client, &alert, &payment, &alert_id, show).await?;
    show("");
    show("The alert as the partner's GET shows it:");
    show(&serde_json::to_string_pretty(&alert).map_err(|e| e.to_string())?);
    show(&format!("\nDone in {:.1?}: one alert, one refund, one subscription cancelled, one outcome.", began.elapsed()));
    Ok(())
}

/// Ethoca pushes the alert, and pushes it again as it may.
async fn push(client: &Client, payment: &payment::Paid, show: &dyn Fn(&str)) -> Result<String, Failed> {
    let alert_id = crate::simulate::ethoca::alert::alert_id();
    let alert = json!({
        "alertId": alert_id, "alertType": "CUSTOMERDISPUTE", "alertTimestamp": payment.paid_at, "age": "2",
        "issuer": "First Example Bank", "cardNumber": "424242******4242", "cardBin": "424242", "cardLast4": "4242",
        "arn": payment.arn, "transactionTimestamp": payment.paid_at, "merchantDescriptor": "ACMEFIT*PLAN",
        "mcc": "7997", "amount": { "value": 49.00, "currencyCode": "USD" }, "transactionType": "eCommerce",
        "initiatedBy": "cardholder", "is3DSecure": "no", "authCode": payment.auth_code, "chargebackReasonCode": "13.2"
    });
    for time in ["Ethoca pushes the alert", "Ethoca pushes the same alert again"] {
        let receipt = client.push(&alert).await?;
        if receipt["status"] != 200 || !receipt["acknowledged"].as_array().is_some_and(|ids| ids.iter().any(|id| *id == alert_id.as_str())) {
            return Err(format!("the push was not acknowledged: {receipt}"));
        }
        show(&format!("  {time}: {alert_id}, acknowledged"));
    }
    Ok(alert_id)
}

/// The alert, once it is resolved.
async fn resolved(client: &Client, organisation: &str, vendor_alert_id: &str) -> Result<Value, Failed> {
    let began = Instant::now();
    let mut seen = Value::Null;
    while began.elapsed() < PATIENCE {
        let list = client.get(&format!("/v1/alerts/?organisation_id={organisation}")).await?;
        let items = list["items"].as_array().cloned().unwrap_or_default();
        if let [alert] = items.as_slice() {
            seen = alert.clone();
            if alert["status"] == "RESOLVED" && alert["vendor_alert_id"] == vendor_alert_id {
                return Ok(seen);
            }
        } else if items.len() > 1 {
            return Err(format!("one alert became {}", items.len()));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("the alert is not resolved after {PATIENCE:?}: {seen}"))
}

//! The demonstration: a partner is onboarded, a subscription is paid at Stripe, Ethoca alerts, and
//! the alert is seen through to its answer. It only makes HTTP calls, so the same run judges World
//! and the deployed template.

mod client;
mod onboarding;
mod payment;
mod timeline;
mod verdict;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use client::Client;
pub use onboarding::House;
pub use payment::Paid;
pub use timeline::hops;
pub use verdict::judge;

/// How long the alert may take from its push to its answer.
const PATIENCE: Duration = Duration::from_secs(90);
/// However long it takes, asking stays below the hundred requests a minute that a key may make.
const SLOWEST_POLL: Duration = Duration::from_secs(1);

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

/// Where each line is shown.
pub type Show<'a> = &'a (dyn Fn(&str) + Sync);

/// What went wrong, in a sentence.
pub type Failed = String;

/// A partner that is onboarded, and a payment that an alert can be about.
pub struct SetUp {
    pub house: House,
    pub paid: Paid,
}

/// Runs it, showing each line as it comes.
///
/// # Errors
/// The first step that is not what it must be.
pub async fn run(target: &Target, show: Show<'_>) -> Result<(), Failed> {
    let began = Instant::now();
    let client = Client::new(target);
    let SetUp { house, paid } = set_up(&client, show).await?;
    let pushed = alert_about(&paid);
    for time in ["Ethoca pushes the alert", "Ethoca pushes the same alert again"] {
        let receipt = client.push(&pushed).await?;
        if !receipt["acknowledged"].as_array().is_some_and(|ids| ids.contains(&pushed["alertId"])) {
            return Err(format!("the push was not acknowledged: {receipt}"));
        }
        show(&format!(
            "  {time}: {}, acknowledged",
            pushed["alertId"].as_str().unwrap_or_default()
        ));
    }
    let alert = resolved(&client, &house.organisation, &pushed).await?;
    for line in hops(&alert) {
        show(&line);
    }
    judge(&client, &alert, &paid, &pushed, show).await?;
    show("\nThe alert as the partner's GET shows it:");
    show(&serde_json::to_string_pretty(&alert).map_err(|e| e.to_string())?);
    show(&format!(
        "\nDone in {:.1?}: one alert, one refund, one subscription cancelled, one outcome.",
        began.elapsed()
    ));
    Ok(())
}

/// Onboards a partner, has a subscription paid and tells of it by an order.
///
/// # Errors
/// The first step that is not what it must be.
pub async fn set_up(client: &Client, show: Show<'_>) -> Result<SetUp, Failed> {
    let house = onboarding::onboard(client, show).await?;
    let paid = payment::subscribe(client, show).await?;
    onboarding::tell_of(client, &house, &paid, show).await?;
    Ok(SetUp { house, paid })
}

/// Ethoca's alert about the payment.
#[must_use]
pub fn alert_about(paid: &Paid) -> Value {
    json!({
        "alertId": crate::simulate::ethoca::alert::alert_id(), "alertType": "CUSTOMERDISPUTE",
        "alertTimestamp": paid.paid_at, "age": "2",
        "issuer": "First Example Bank", "cardNumber": "424242******4242", "cardBin": "424242",
        "cardLast4": "4242",
        "arn": paid.arn, "transactionTimestamp": paid.paid_at, "merchantDescriptor": "ACMEFIT*PLAN",
        "mcc": "7997", "amount": { "value": 49, "currencyCode": "USD" },
        "transactionType": "eCommerce",
        "initiatedBy": "cardholder", "is3DSecure": "no", "authCode": paid.auth_code,
        "chargebackReasonCode": "13.2"
    })
}

/// The alert, once it is resolved.
///
/// # Errors
/// There are two of it, or it is not resolved in time.
pub async fn resolved(
    client: &Client,
    organisation: &str,
    pushed: &Value,
) -> Result<Value, Failed> {
    let began = Instant::now();
    let mut seen = Value::Null;
    let mut pause = Duration::from_millis(100);
    while began.elapsed() < PATIENCE {
        let list = client.get(&format!("/v1/alerts/?organisation_id={organisation}")).await?;
        let items = list["items"].as_array().cloned().unwrap_or_default();
        if let [alert] = items.as_slice() {
            seen = alert.clone();
            if alert["status"] == "RESOLVED" && alert["vendor_alert_id"] == pushed["alertId"] {
                return Ok(seen);
            }
        } else if items.len() > 1 {
            return Err(format!("one alert became {}", items.len()));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SLOWEST_POLL);
    }
    Err(format!("the alert is not resolved after {PATIENCE:?}: {seen}"))
}

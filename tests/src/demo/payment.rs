//! A subscription is bought at Stripe with a test card, as a shop does it.

use serde_json::Value;

use super::client::Client;
use super::{Failed, Show};

/// A subscription's first payment.
pub struct Paid {
    pub subscription: String,
    /// The payment intent.
    pub payment: String,
    pub auth_code: String,
    pub arn: String,
    /// ISO 8601 UTC.
    pub paid_at: String,
}

/// Makes a customer, a product, a price and a subscription that is paid at once.
pub(super) async fn subscribe(client: &Client, show: Show<'_>) -> Result<Paid, Failed> {
    show("A subscription is paid at Stripe");
    let customer =
        id(&client.stripe("/v1/customers", &[("email", "casey.jordan@acmefitness.com")]).await?)?;
    let card = id(&client
        .stripe("/v1/payment_methods/pm_card_visa/attach", &[("customer", &customer)])
        .await?)?;
    let price = make_price(client).await?;
    let plan = [
        ("customer", &*customer),
        ("items[0][price]", &*price),
        ("default_payment_method", &*card),
    ];
    let subscription = id(&client.stripe("/v1/subscriptions", &plan).await?)?;
    let charges = client.stripe(&format!("/v1/charges?customer={customer}"), &[]).await?;
    let charge = &charges["data"][0];
    let payment = charge["payment_intent"]
        .as_str()
        .ok_or(format!("the subscription made no payment: {charges}"))?;
    let created = charge["created"]
        .as_i64()
        .and_then(|second| jiff::Timestamp::from_second(second).ok())
        .ok_or("the charge has no time")?;
    show(&format!("  {subscription} paid 49.00 USD by {payment} with the card ending in 4242"));
    let auth_code = charge["payment_method_details"]["card"]["authorization_code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    Ok(Paid {
        subscription,
        payment: payment.to_owned(),
        auth_code,
        arn: arn_of(payment),
        paid_at: created.to_string(),
    })
}

/// Makes a product and its price of 49.00 USD a month.
async fn make_price(client: &Client) -> Result<String, Failed> {
    let product = id(&client.stripe("/v1/products", &[("name", "Fitness plan")]).await?)?;
    let price = [
        ("product", &*product),
        ("currency", "usd"),
        ("unit_amount", "4900"),
        ("recurring[interval]", "month"),
    ];
    id(&client.stripe("/v1/prices", &price).await?)
}

/// Stripe shows no ARN; the acquirer's statement does. One that belongs to the payment, of 23
/// digits.
fn arn_of(payment: &str) -> String {
    let digits: String = payment.bytes().map(|byte| char::from(b'0' + byte % 10)).collect();
    format!("7402701{digits:0<16.16}")
}

fn id(object: &Value) -> Result<String, Failed> {
    object["id"].as_str().map(ToOwned::to_owned).ok_or(format!("it has no id: {object}"))
}

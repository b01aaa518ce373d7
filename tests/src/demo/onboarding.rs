//! A partner is onboarded by the ten example calls of its integration guide, and connects Stripe.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{Client, STRIPE_KEY};
use super::payment::Paid;
use super::{Failed, Show};

/// The guide's example calls with the answers partners' code expects.
pub const EXAMPLES: &str = include_str!("../../fixtures/onboarding-examples.json");

/// What onboarding made.
pub struct House {
    pub organisation: String,
    pub merchant: String,
    /// The integration that takes orders.
    pub orders: String,
    pub enrolment: String,
}

/// Makes the ten calls, each with the ids that the ones before it gave.
pub(super) async fn onboard(client: &Client, show: Show<'_>) -> Result<House, Failed> {
    show("Onboarding: the guide's ten example calls");
    let examples: Vec<Value> = serde_json::from_str(EXAMPLES).map_err(|e| e.to_string())?;
    let mut ids = BTreeMap::new();
    for example in &examples {
        let path = example["path"].as_str().unwrap_or_default();
        let answer = client.post(path, &renamed(&example["request"], &ids)).await?;
        learn(&example["response"], &answer, &mut ids);
        let what = answer["id"].as_str().or(answer["results"][0]["id"].as_str()).unwrap_or("?");
        show(&format!("  POST {path:<20} {what}"));
    }
    let id = |example: &str| ids.get(example).cloned().ok_or(format!("no call made {example}"));
    let house = House {
        organisation: id("org_abc123")?,
        merchant: id("mrch_abc123")?,
        orders: id("int_abc123")?,
        enrolment: id("enrl_ethoca123")?,
    };
    connect_stripe(client, &house, show).await?;
    Ok(house)
}

async fn connect_stripe(client: &Client, house: &House, show: Show<'_>) -> Result<(), Failed> {
    let body = json!({
        "organisation_id": house.organisation, "name": "Acme Fitness Stripe", "type": "STRIPE",
        "status": "ENABLED",
        "merchant_ids": [house.merchant],
        "credentials": { "secret_key": STRIPE_KEY, "webhook_secret": "whsec_demo" }
    });
    let answer = client.post("/v1/integrations/", &body).await?;
    if answer.to_string().contains(STRIPE_KEY) {
        return Err("the answer shows the credentials".into());
    }
    show(&format!(
        "  POST /v1/integrations/   {} (STRIPE, credentials sealed)",
        answer["id"].as_str().unwrap_or("?")
    ));
    Ok(())
}

/// Tells of the payment by a COMPLETE order. The guide's own ruleset, which refunds and cancels for
/// ACMEFIT, is in place already.
pub(super) async fn tell_of(
    client: &Client,
    house: &House,
    paid: &Paid,
    show: Show<'_>,
) -> Result<(), Failed> {
    let answer = client.post("/v1/orders/", &orders_of(house, paid)).await?;
    if answer["created"] != 1 {
        return Err(format!("the order was not taken: {answer}"));
    }
    show(&format!(
        "  POST /v1/orders/         {} (COMPLETE, of {})",
        answer["results"][0]["id"].as_str().unwrap_or("?"),
        paid.payment
    ));
    let rulesets =
        client.get(&format!("/v1/rulesets/?organisation_id={}", house.organisation)).await?;
    let acts = |one: &Value| {
        one["outcome"] == "REFUND_AND_CANCEL" && one["enrolment_ids"][0] == house.enrolment.as_str()
    };
    match rulesets["items"].as_array().and_then(|all| all.iter().find(|one| acts(one))) {
        Some(ruleset) => show(&format!(
            "  Ruleset in force         {} (REFUND_AND_CANCEL, DESCRIPTOR STARTS_WITH ACMEFIT)",
            ruleset["id"].as_str().unwrap_or("?")
        )),
        None => return Err("the ruleset REFUND_AND_CANCEL is not in force".into()),
    }
    Ok(())
}

/// The COMPLETE order of the payment, as the only order of a batch.
fn orders_of(house: &House, paid: &Paid) -> Value {
    json!([{
        "type": "COMPLETE", "organisation_id": house.organisation, "integration_id": house.orders,
        "reference_id": format!("order-{}", paid.payment),
        "order_datetime": paid.paid_at, "order_number": "AF-20001",
        "order_subtotal_amount_in_cents": 4900, "order_currency": "USD",
        "order_total_amount_in_cents": 4900, "order_status": "CLOSED_COMPLETE",
        "customer_email": "casey.jordan@acmefitness.com",
        "transactions": [{
            "reference_id": format!("txn-{}", paid.payment), "amount_in_cents": 4900,
            "currency": "USD", "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_reference_id": paid.payment,
            "authorised_at": paid.paid_at,
            "payment_method_card_brand": "VISA", "payment_method_card_last_4": "4242",
            "acquirer_reference_number": paid.arn
        }]
    }])
}

/// The request with the example's ids replaced by those that were given.
#[must_use]
pub fn renamed(request: &Value, ids: &BTreeMap<String, String>) -> Value {
    match request {
        Value::String(text) => Value::String(ids.get(text).unwrap_or(text).clone()),
        Value::Array(items) => items.iter().map(|item| renamed(item, ids)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), renamed(value, ids))).collect()
        }
        other => other.clone(),
    }
}

/// Remembers which id stands for which of the example's.
pub fn learn(expected: &Value, given: &Value, ids: &mut BTreeMap<String, String>) {
    if let (Some(example), Some(id)) = (expected["id"].as_str(), given["id"].as_str()) {
        ids.insert(example.to_owned(), id.to_owned());
    }
}

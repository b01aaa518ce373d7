//! The run from which the examples are: a partner sets a shop up, has alerts, and looks after
//! everything.

use std::collections::BTreeMap;

use partners::Destinations;
use serde_json::{Value, json};
use tests::simulate::merchant::Payment;
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::recorder::{Example, Recorder};

pub mod events;
pub mod refusals;
mod setup;
mod upkeep;
mod work;

/// Where the examples' endpoint is; in the run it is a port that nobody listens on.
pub const HOOKS: &str = "http://127.0.0.1:9/hooks";

/// What was said in the whole run.
pub async fn all() -> BTreeMap<String, Example> {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let mut call = Recorder::new(&world, &shop.key);
    // Boxed: a test's stack is small.
    Box::pin(setup::organisations(&mut call)).await;
    Box::pin(setup::people_and_merchants(&mut call, &shop)).await;
    Box::pin(setup::integrations(&mut call, &shop)).await;
    Box::pin(setup::enrolments(&mut call, &shop)).await;
    Box::pin(setup::rulesets(&mut call, &shop)).await;
    Box::pin(work::orders(&mut call, &shop)).await;
    Box::pin(work::alerts(&mut call, &shop)).await;
    Box::pin(work::trials(&mut call, &shop)).await;
    Box::pin(work::refunds_by_hand(&mut call, &shop)).await;
    Box::pin(work::lost_refund(&mut call, &shop)).await;
    Box::pin(upkeep::webhooks(&mut call, &shop)).await;
    Box::pin(upkeep::keys(&mut call, &shop)).await;
    Box::pin(upkeep::negative_list(&mut call, &shop)).await;
    Box::pin(upkeep::quarantine(&mut call, &shop)).await;
    let mut noted = std::mem::take(&mut call.noted);
    noted.extend(own_endpoint().await);
    noted.extend(simulations().await);
    Box::pin(upkeep::audit_and_erasures(&mut call, &shop)).await;
    noted.extend(call.noted);
    noted
}

/// A merchant's own endpoint is asked for a refund, and tells of it later.
async fn own_endpoint() -> BTreeMap<String, Example> {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let mut call = Recorder::new(&world, &shop.key);
    let own = json!({
        "organisation_id": shop.organisation, "name": "Our own", "type": "CUSTOM_CALLBACK",
        "merchant_ids": [shop.merchant], "callback_url": world.callback_url
    });
    let own = call.ask("POST", "/v1/integrations", Some(own)).await;
    world.merchant.trusts(text(&own["secret"]));
    world.merchant.behaves(|habits| habits.keeps_pending = true);
    world.merchant.sells("txn-1", Payment::settled(4900, "USD"));
    let order = work::order(&shop, text(&own["id"]), "txn-1");
    call.ask("POST", "/v1/orders", Some(json!([order]))).await;
    shop.push(&[shop.alert("OWN")]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    let path = format!("/v1/integrations/{}/refunds/refund-1", text(&own["id"]));
    call.ask("POST", &path, Some(json!({ "cause_id": alert["id"], "status": "SUCCEEDED" }))).await;
    call.ask(
        "POST",
        &format!("/v1/integrations/{}/rotate-secret", text(&own["id"])),
        Some(json!({ "overlap_hours": 24 })),
    )
    .await;
    call.noted
        .retain(|name, _| ["integrations_tell", "integrations_rotate"].contains(&name.as_str()));
    call.noted
}

/// A partner in TEST mode tries alerts.
async fn simulations() -> BTreeMap<String, Example> {
    let world = World::start(Settings::default()).await;
    let key = world.new_partner("Partner", "TEST").await.expect("a partner");
    let mut call = Recorder::new(&world, &key);
    let organisation =
        call.ask("POST", "/v1/organisations", Some(json!({ "name": "Acme" }))).await["id"].clone();
    let merchant = json!({ "organisation_id": organisation, "name": "Shop", "type": "GENERIC" });
    let merchant = call.ask("POST", "/v1/merchants", Some(merchant)).await["id"].clone();
    let descriptors = json!([{ "descriptor": "ACMEFIT", "match_type": "STARTS_WITH" }]);
    let watches = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": { "descriptors": descriptors }
    });
    let enrolment = call.ask("POST", "/v2/enrolments", Some(watches)).await["id"].clone();
    call.ask(
        "PATCH",
        &format!("/v1/simulate/enrolments/{}", text(&enrolment)),
        Some(json!({ "status": "ENABLED" })),
    )
    .await;
    let alert = json!({
        "organisation_id": organisation, "enrolment_id": enrolment, "amount_in_cents": 4900,
        "currency": "USD"
    });
    let alert = call.ask("POST", "/v1/simulate/alerts", Some(alert)).await;
    world.settle().await;
    call.ask("POST", &format!("/v1/simulate/alerts/{}/retract", text(&alert["id"])), None).await;
    call.noted.retain(|name, _| name.starts_with("simulate"));
    call.noted
}

/// A field's text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

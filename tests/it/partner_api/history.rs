//! An alert's history with what each step rested on, and what else its card paid for.

use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::{Paid, Shop};
use tests::world::{Settings, World};

async fn get(shop: &Shop, path: &str) -> Value {
    let (status, body) = shop.world.call("GET", path, &shop.key, None).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// The path of the shop's first alert.
async fn first_alert(shop: &Shop) -> String {
    format!("/v1/alerts/{}", shop.alerts().await.remove(0)["id"].as_str().expect("an id"))
}

fn step<'a>(history: &'a Value, did: &str) -> &'a Value {
    let items = history["items"].as_array().expect("steps");
    items.iter().find(|step| step["did"] == did).unwrap_or_else(|| panic!("no {did} in {history}"))
}

fn assert_steps_rest_on_evidence(history: &Value, alert: &Value, payment: &str) {
    let step = |did: &str| step(history, did);
    assert_eq!(step("RECEIVED")["evidence"]["vendor_alert_id"], alert["vendor_alert_id"]);
    assert_eq!(step("MATCHED")["evidence"]["match"]["integration_transaction_id"], payment);
    assert!(
        step("MATCHED")["evidence"]["match"]["evidence"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    let decision = &step("DECIDED")["evidence"]["decision"];
    assert_eq!(
        (&decision["by"]["type"], &decision["rules"][0]["result"]),
        (&json!("RULESET"), &json!("MET")),
        "{decision}"
    );
    assert_eq!(step("ACTIONED")["evidence"]["refund"]["amount_in_cents"], 4900);
    assert_eq!(step("ACTIONED")["evidence"]["cancellation"]["status"], "CANCELLED");
    let told = step("RESOLVED");
    assert_eq!(
        (&told["by"]["type"], &told["evidence"]["outcome"]["answer"]),
        (&json!("VENDOR"), &json!("ACCEPTED"))
    );
}

#[tokio::test]
async fn each_step_says_who_did_it_when_and_on_what_evidence() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    shop.push(&[shop.alert("TOLD")]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    assert_eq!(alert["status"], "RESOLVED", "{alert}");
    let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    let noted = world.call("PATCH", &path, &shop.key, Some(&json!({"note": "Sorry!"}))).await;
    assert_eq!(noted.0, 200);
    let history = get(&shop, &format!("{path}/history")).await;
    let items = history["items"].as_array().expect("steps");
    assert_steps_rest_on_evidence(&history, &alert, &paid.payment);
    let last = items.last().expect("steps");
    assert_eq!(
        (&last["did"], &last["by"]["type"], last["evidence"].is_null()),
        (&json!("NOTED"), &json!("KEY"), true),
        "{last}"
    );
    assert_eq!(history["count"], items.len());
    assert!(items.iter().all(|step| step["at"].is_string()));
}

#[tokio::test]
async fn a_persons_step_is_told_with_the_key_and_what_the_person_saw() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    shop.push(&[shop.alert("NOBODYS")]).await;
    world.settle().await;
    let path = first_alert(&shop).await;
    let action =
        json!({"action": "REFUND", "refunded_externally": true, "refund_reference": "R-17"});
    assert_eq!(world.call("PATCH", &path, &shop.key, Some(&action)).await.0, 200);
    world.settle().await;
    let history = get(&shop, &format!("{path}/history")).await;
    let items = history["items"].as_array().expect("steps");
    let needed =
        items.iter().find(|step| step["did"] == "REQUIRED_ACTION").expect("a person was needed");
    assert_eq!(
        needed["evidence"]["action_required_reason"], "NOT_FOUND",
        "told though the alert has moved on"
    );
    let decided = items.iter().find(|step| step["did"] == "DECIDED").expect("decided");
    assert_eq!(
        (&decided["by"]["type"], &decided["evidence"]["decision"]["refunded_externally"]),
        (&json!("KEY"), &json!(true))
    );
    assert!(decided["by"]["id"].as_str().is_some_and(|id| id.starts_with("key_")));
}

fn order_of_card(shop: &Shop, reference: &str, day: &str, bin: Option<&str>) -> Value {
    json!({
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": reference,
        "order_datetime": format!("{day}T10:00:00Z"), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "transactions": [{
            "reference_id": format!("txn-{reference}"), "amount_in_cents": 1000,
            "currency": "USD", "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_card_last_4": "4242",
            "payment_method_card_bin": bin
        }]
    })
}

#[tokio::test]
async fn the_cards_other_payments_within_120_days_are_shown() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let order =
        |reference: &str, day: &str, bin: Option<&str>| order_of_card(&shop, reference, day, bin);
    let mut orders = vec![
        order("month", "2026-01-17", Some("424242")),
        order("other-card", "2026-01-18", Some("555555")),
        order("unknown-bin", "2025-12-01", None),
        order("long-ago", "2025-10-01", Some("424242")),
    ];
    let answer = world.call("POST", "/v1/orders", &shop.key, Some(&json!(orders))).await.1;
    assert_eq!(answer["created"], 4, "{answer}");
    shop.push(&[shop.alert("RELATED")]).await;
    world.settle().await;
    let path = first_alert(&shop).await;
    let names = async || {
        let shown = get(&shop, &path).await["related_transactions"].clone();
        let related = shown.as_array().unwrap_or_else(|| panic!("{shown}")).clone();
        related
            .iter()
            .map(|one| one["integration_transaction_id"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["txn-month", "txn-unknown-bin"]);
    orders =
        (10..35).map(|at| order(&format!("many-{at}"), "2026-02-01", Some("424242"))).collect();
    world.call("POST", "/v1/orders", &shop.key, Some(&json!(orders))).await;
    assert_eq!(names().await.len(), 20, "no more than are read");
}

/// The requests for a list of subscriptions that Stripe has had.
fn count_asked(world: &World) -> usize {
    let requests = world.stripe.requests();
    let is_list = |path: &str, method: &str| path == "/v1/subscriptions" && method == "GET";
    requests.iter().filter(|request| is_list(&request.path, &request.method)).count()
}

async fn assert_subscription_is_shown(shop: &Shop, path: &str, paid: &Paid) {
    let shown = get(shop, path).await["related_subscriptions"].clone();
    let expected = json!([[paid.subscription, shop.stripe, "active", 4900, "USD", false]]);
    let fields = [
        "subscription_id",
        "integration_id",
        "status",
        "amount_in_cents",
        "currency",
        "cancel_at_period_end",
    ];
    let told: Vec<Value> = shown
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| json!(fields.map(|name| one[name].clone())))
        .collect();
    assert_eq!(json!(told), expected, "{shown}");
    assert!(shown[0]["current_period_end"].as_str() > shown[0]["created_at"].as_str(), "{shown}");
}

#[tokio::test]
async fn the_customers_subscriptions_are_asked_for_only_where_they_are_wanted() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let observe = json!({
        "do": "SET_AUTOMATION", "organisation_id": shop.organisation, "automation": "OBSERVE"
    });
    world.operate(observe).await.expect("set");
    shop.push(&[shop.alert("SUBS")]).await;
    world.settle().await;
    let path = first_alert(&shop).await;
    let unasked = get(&shop, &path).await["related_subscriptions"].clone();
    assert_eq!((unasked, count_asked(&world)), (Value::Null, 0));
    let with = format!("{path}?include=related_subscriptions");
    assert_subscription_is_shown(&shop, &with, &paid).await;

    let subscription = format!("/v1/subscriptions/{}", paid.subscription);
    let ended = world.stripe.call(reqwest::Method::DELETE, &subscription, "");
    assert_eq!(ended.0, 200);
    assert_eq!(
        get(&shop, &with).await["related_subscriptions"],
        json!([]),
        "what has ended is not open"
    );
    world
        .stripe
        .fault(Fault { times: 9, ..Fault::next("GET", "/v1/subscriptions", FaultKind::Status503) });
    let (status, shown) = world.call("GET", &with, &shop.key, None).await;
    assert_eq!(
        (status, &shown["related_subscriptions"]),
        (200, &Value::Null),
        "an alert is shown without its processor: {shown}"
    );
    let everything = format!("{path}?include=everything");
    assert_eq!(world.call("GET", &everything, &shop.key, None).await.0, 422);
}

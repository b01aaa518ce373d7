//! Rules that look at who bought what: an order tells it, else Stripe, else nobody.

use reqwest::Method;
use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

/// A shop whose only ruleset has this rule.
async fn shop_with(kind: &str, parameters: Value) -> Shop {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let (_, rulesets) = world.call("GET", "/v1/rulesets/", &shop.key, None).await;
    let path = format!("/v1/rulesets/{}", rulesets["items"][0]["id"].as_str().expect("an id"));
    let change = json!({"outcome": "REFUND", "rules": [{"type": kind, "parameters": parameters}]});
    let (status, answer) = world.call("PATCH", &path, &shop.key, Some(&change)).await;
    assert_eq!(status, 200, "{answer}");
    shop
}

/// What became of an alert about the payment that there is.
async fn alerted(shop: &Shop) -> Value {
    shop.push(&[shop.alert("BOUGHT")]).await;
    shop.world.settle().await;
    shop.alerts().await.remove(0)
}

/// What a rule saw, and what came of it.
fn seen(alert: &Value) -> Value {
    let rule = &alert["decision"]["rules"][0];
    json!([alert["status"], alert["action_required_reason"], rule["result"], rule["actual"]])
}

/// A payment of 49.00 USD that no invoice asked for.
fn pay_once(shop: &Shop, more: &str) -> Value {
    let form = format!("amount=4900&currency=usd&payment_method=pm_card_visa&confirm=true{more}");
    shop.world.stripe.call(Method::POST, "/v1/payment_intents", &form).1
}

fn asked(shop: &Shop, path: &str) -> usize {
    shop.world
        .stripe
        .requests()
        .iter()
        .filter(|request| request.method == "GET" && request.path.starts_with(path))
        .count()
}

#[tokio::test]
async fn the_customer_is_the_processors_where_no_order_tells() {
    let shop = shop_with("CUSTOMER", json!({"domains": ["example.com"]})).await;
    drop(shop.subscribe());
    let alert = alerted(&shop).await;
    assert_eq!(seen(&alert), json!(["RESOLVED", null, "MET", "c***@example.com"]), "{alert}");
    assert_eq!(
        (shop.refunds().len(), asked(&shop, "/v1/products")),
        (1, 0),
        "what no rule asks is not read"
    );

    let shop = shop_with("CUSTOMER", json!({"domains": ["example.com"]})).await;
    pay_once(&shop, "&receipt_email=guest@example.com");
    assert_eq!(
        seen(&alerted(&shop).await)[3],
        "g***@example.com",
        "nobody's payment has a receipt"
    );

    let shop = shop_with("CUSTOMER", json!({"domains": ["example.com"]})).await;
    pay_once(&shop, "");
    assert_eq!(
        seen(&alerted(&shop).await),
        json!(["ACTION_REQUIRED", "RULE_UNSURE", "UNKNOWN", "no e-mail"])
    );
}

#[tokio::test]
async fn an_orders_word_goes_before_the_processors() {
    let shop = shop_with("CUSTOMER", json!({"domains": ["example.com"]})).await;
    let paid = shop.subscribe();
    let order = json!([{
        "type": "PARTIAL", "organisation_id": shop.organisation, "integration_id": shop.stripe,
        "reference_id": "o-1",
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "customer_email": "casey@example.org", "transactions": [{"reference_id": paid.payment}]
    }]);
    assert_eq!(
        shop.world.call("POST", "/v1/orders", &shop.key, Some(&order)).await.1["created"],
        1
    );
    let alert = alerted(&shop).await;
    assert_eq!(alert["action_required_reason"], "NO_RULE_MET", "{alert}");
    assert_eq!(shop.refunds().len(), 0);
}

#[tokio::test]
async fn what_was_bought_is_read_from_the_invoice() {
    let by_name = json!({"names": [{"value": "plan", "match_type": "EQUALS"}]});
    let shop = shop_with("PRODUCT", by_name.clone()).await;
    drop(shop.subscribe());
    let alert = alerted(&shop).await;
    let product = shop.world.stripe.objects("product")[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        seen(&alert),
        json!(["RESOLVED", null, "MET", format!("Plan (SKU {product})")]),
        "{alert}"
    );

    let shop = shop_with("PRODUCT", json!({"skus": ["prod_another"]})).await;
    drop(shop.subscribe());
    assert_eq!(alerted(&shop).await["action_required_reason"], "NO_RULE_MET");

    let shop = shop_with("PRODUCT", by_name).await;
    pay_once(&shop, "");
    assert_eq!(
        seen(&alerted(&shop).await),
        json!(["ACTION_REQUIRED", "RULE_UNSURE", "UNKNOWN", "no items"]),
        "no invoice, no products"
    );
}

#[tokio::test]
async fn a_payment_belongs_to_a_subscription_if_its_invoice_does() {
    let shop = shop_with("IS_SUBSCRIPTION", json!({"value": true})).await;
    drop(shop.subscribe());
    assert_eq!(seen(&alerted(&shop).await), json!(["RESOLVED", null, "MET", "true"]));
    assert_eq!(asked(&shop, "/v1/products"), 0);

    let shop = shop_with("IS_SUBSCRIPTION", json!({"value": false})).await;
    pay_once(&shop, "");
    assert_eq!(seen(&alerted(&shop).await), json!(["RESOLVED", null, "MET", "false"]));
}

#[tokio::test]
async fn no_rule_asks_no_call_is_made() {
    let shop = shop_with("CURRENCY", json!({"currency_codes": ["USD"]})).await;
    drop(shop.subscribe());
    assert_eq!(alerted(&shop).await["status"], "RESOLVED");
    assert_eq!((asked(&shop, "/v1/invoice_payments"), asked(&shop, "/v1/products")), (0, 0));
}

#[tokio::test]
async fn what_a_key_may_not_read_is_unknown_and_what_is_down_is_waited_for() {
    let by_name = json!({"names": [{"value": "Plan", "match_type": "EQUALS"}]});
    let shop = shop_with("PRODUCT", by_name.clone()).await;
    drop(shop.subscribe());
    shop.world
        .stripe
        .fault(Fault { times: 9, ..Fault::next("GET", "/v1/products/", FaultKind::Status403) });
    assert_eq!(
        seen(&alerted(&shop).await),
        json!(["ACTION_REQUIRED", "RULE_UNSURE", "UNKNOWN", "no items"])
    );
    assert_eq!(shop.refunds().len(), 0);

    let shop = shop_with("PRODUCT", by_name).await;
    drop(shop.subscribe());
    shop.world
        .stripe
        .fault(Fault { times: 2, ..Fault::next("GET", "/v1/products/", FaultKind::Status503) });
    assert_eq!(alerted(&shop).await["status"], "ACTION_REQUIRED");
    shop.world.advance(jiff::SignedDuration::from_mins(30)).await;
    assert_eq!(
        (&shop.alerts().await.remove(0)["status"], shop.refunds().len()),
        (&json!("RESOLVED"), 1)
    );
}

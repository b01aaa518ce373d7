//! How often an owner may ask a route.

use axum::body::Body;
use axum::http::{Request, Response};
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

async fn ask(world: &World, path: &str, key: &str) -> Response<Body> {
    let request = Request::get(path).header("authorization", format!("Bearer {key}"));
    world.answer(request.body(Body::empty()).expect("a request")).await
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers()[name].to_str().expect("text")
}

#[tokio::test]
async fn an_owner_has_so_many_requests_a_minute_for_each_route() {
    let world = World::start(Settings { rate_limit: 3, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    world.clock.advance(jiff::SignedDuration::from_mins(1));
    for left in ["2", "1", "0"] {
        let answer = ask(&world, "/v1/alerts/", &shop.key).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "ratelimit-policy")), (200, "\"default\";q=3;w=60"));
        assert!(header(&answer, "ratelimit").starts_with(&format!("\"default\";r={left};t=")), "{answer:?}");
    }
    let over = ask(&world, "/v1/alerts", &shop.key).await;
    assert_eq!((over.status().as_u16(), header(&over, "content-type")), (429, "application/problem+json"));
    let seconds: i64 = header(&over, "retry-after").parse().expect("seconds");
    assert_eq!(header(&over, "ratelimit"), format!("\"default\";r=0;t={seconds}"));
    assert_eq!(ask(&world, "/v1/orders", &shop.key).await.status(), 200, "each route has its own");
    world.clock.advance(jiff::SignedDuration::from_secs(seconds));
    assert_eq!(ask(&world, "/v1/alerts", &shop.key).await.status(), 200);
}

#[tokio::test]
async fn keys_of_one_owner_share_and_others_do_not() {
    let world = World::start(Settings { rate_limit: 2, ..Settings::default() }).await;
    let partner = world.operate(json!({"do": "CREATE_PARTNER", "name": "P", "mode": "LIVE"})).await.expect("a partner");
    let key = async |organisations: Value| {
        let order = json!({"do": "CREATE_KEY", "partner_id": partner["partner_id"], "organisation_ids": organisations});
        world.operate(order).await.expect("a key")["secret"].as_str().expect("a secret").to_owned()
    };
    let (one, two) = (key(json!([])).await, key(json!([])).await);
    let (_, made) = world.call("POST", "/v1/organisations/", &one, Some(&json!({"name": "Acme"}))).await;
    let group = key(json!([made["id"]])).await;
    let status = async |key: &str| ask(&world, "/v1/alerts", key).await.status().as_u16();
    assert_eq!((status(&one).await, status(&two).await, status(&one).await, status(&two).await), (200, 200, 429, 429));
    assert_eq!(status(&group).await, 200);
}

#[tokio::test]
async fn who_is_over_the_limit_costs_no_write() {
    let world = World::start(Settings { rate_limit: 1, ..Settings::default() }).await;
    let key = world.new_partner("P", "LIVE").await.expect("a partner");
    let status = async || ask(&world, "/v1/alerts", &key).await.status().as_u16();
    assert_eq!((status().await, status().await), (200, 429));
    world.faults.watch(true);
    assert_eq!((status().await, status().await), (429, 429));
    let calls = world.faults.calls();
    assert!(!calls.is_empty() && calls.iter().all(|call| call.contains("GetItem")), "{calls:?}");
}

//! How often an owner may ask a route.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use domain::account::{ApiKeyScope, OperatingMode};
use domain::basics::id::OrganisationId;
use partner_api::{ApiContext, RateLimits, build_router};
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::Desk;
use super::setup::unmatched;

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
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "ratelimit-policy")),
            (200, "\"default\";q=3;w=60")
        );
        assert!(
            header(&answer, "ratelimit").starts_with(&format!("\"default\";r={left};t=")),
            "{answer:?}"
        );
    }
    let over = ask(&world, "/v1/alerts", &shop.key).await;
    assert_eq!(
        (over.status().as_u16(), header(&over, "content-type")),
        (429, "application/problem+json")
    );
    let seconds: i64 = header(&over, "retry-after").parse().expect("seconds");
    assert_eq!(header(&over, "ratelimit"), format!("\"default\";r=0;t={seconds}"));
    assert_eq!(ask(&world, "/v1/orders", &shop.key).await.status(), 200, "each route has its own");
    world.clock.advance(jiff::SignedDuration::from_secs(seconds));
    assert_eq!(ask(&world, "/v1/alerts", &shop.key).await.status(), 200);
}

#[tokio::test]
async fn keys_of_one_owner_share_and_others_do_not() {
    let world = World::start(Settings { rate_limit: 2, ..Settings::default() }).await;
    let partner = world
        .operate(json!({"do": "CREATE_PARTNER", "name": "P", "mode": "LIVE"}))
        .await
        .expect("a partner");
    let key = async |organisations: Value| {
        let order = json!({
            "do": "CREATE_KEY", "partner_id": partner["partner_id"],
            "organisation_ids": organisations
        });
        world.operate(order).await.expect("a key")["secret"].as_str().expect("a secret").to_owned()
    };
    let (one, two) = (key(json!([])).await, key(json!([])).await);
    let (_, made) =
        world.call("POST", "/v1/organisations/", &one, Some(&json!({"name": "Acme"}))).await;
    let group = key(json!([made["id"]])).await;
    let status = async |key: &str| ask(&world, "/v1/alerts", key).await.status().as_u16();
    assert_eq!(
        (status(&one).await, status(&two).await, status(&one).await, status(&two).await),
        (200, 200, 429, 429)
    );
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

/// The desk with so many requests a minute for an owner, on each route.
fn limited(desk: Desk, per_minute: u32, waits: Duration) -> Desk {
    let api = ApiContext { limits: RateLimits::per_minute(per_minute), waits, ..desk.api.clone() };
    Desk { router: build_router(api.clone()), api, ..desk }
}

#[tokio::test]
async fn ten_groups_of_one_partner_share_the_partners_limit() {
    let desk = limited(Desk::open().await, 2, Duration::ZERO);
    let other = desk.partner("Other Inc", OperatingMode::Live).await;
    let organisations: Vec<OrganisationId> =
        (0..10).map(|at| OrganisationId::derived(&[&at.to_string()])).collect();
    let mut answers = Vec::new();
    for at in 0..10 {
        let group = ApiKeyScope::Group(organisations[..=at].to_vec());
        let key = desk.new_key("Payments Inc", OperatingMode::Live, group, &[]).await;
        for _ in 0..2 {
            answers.push(desk.call("GET", "/v1/alerts", &key, None).await);
        }
    }
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [[200; 10], [429; 10]].concat());
    let over = &answers[19];
    assert_eq!(over.headers["ratelimit-policy"], "\"partner\";q=10;w=60");
    assert_eq!(
        over.body["detail"],
        "At most 10 requests a minute go to one route from all keys of the partner together."
    );
    assert!(over.headers.contains_key("retry-after"));
    assert_eq!(desk.get("/v1/orders").await.status, 200, "each route has its own");
    assert_eq!(
        desk.call("GET", "/v1/alerts", &other, None).await.status,
        200,
        "another partner is not touched"
    );
}

#[tokio::test]
async fn a_key_over_its_own_limit_takes_no_room_from_the_partners_others() {
    let desk = limited(Desk::open().await, 2, Duration::ZERO);
    let shop = desk
        .new_key(
            "Payments Inc",
            OperatingMode::Live,
            ApiKeyScope::Organisation(OrganisationId::derived(&["shop"])),
            &[],
        )
        .await;
    for _ in 0..12 {
        desk.call("GET", "/v1/alerts", &shop, None).await;
    }
    let over = desk.call("GET", "/v1/alerts", &shop, None).await;
    assert_eq!(
        (over.status, &over.headers["ratelimit-policy"]),
        (429, &"\"default\";q=2;w=60".parse().unwrap())
    );
    assert_eq!(desk.get("/v1/alerts").await.status, 200);
}

#[tokio::test]
async fn requests_whose_answers_are_kept_have_one_limit_for_all_routes() {
    let desk = limited(Desk::open().await, 1, Duration::ZERO);
    let routes =
        ["organisations", "merchants", "memberships", "integrations", "rulesets", "orders"]
            .map(|route| format!("/v1/{route}"));
    let mut answers = Vec::new();
    for (at, route) in routes.iter().enumerate() {
        answers.push(desk.post_as(&format!("k-{at}"), &desk.key, route, &json!({})).await);
    }
    let last = answers.pop().expect("an answer");
    assert!(answers.iter().all(|answer| answer.status != 429));
    assert_eq!(
        (last.status, &last.headers["ratelimit-policy"]),
        (429, &"\"partner-idempotency\";q=5;w=60".parse().unwrap())
    );
    assert_eq!(
        desk.post("/v1/api-keys", &json!({})).await.status,
        422,
        "a request without a name is counted by its route"
    );
}

#[tokio::test]
async fn an_answer_that_may_not_wait_is_given_at_once() {
    let world = World::start(Settings {
        rate_limit: 1000,
        waits: Duration::from_hours(1),
        ..Settings::default()
    })
    .await;
    let (shop, alert, _) = unmatched(&world).await;
    let (_, partners) = world.call("GET", "/v1/partners", &shop.key, None).await;
    let partner = partners["items"][0]["id"].as_str().expect("an id");
    for _ in 0..60 {
        world
            .store
            .count_request(partner, "waiting", 60, world.clock.now())
            .await
            .expect("a count");
    }
    let order = json!({"action": "ACCEPT_DISPUTE"});
    let path = format!("/v1/alerts/{alert}");
    let answer = world.call("PATCH", &path, &shop.key, Some(&order));
    let (status, answer) =
        tokio::time::timeout(Duration::from_mins(1), answer).await.expect("it does not wait");
    assert_eq!(
        (status, &answer["status"], &answer["is_actionable"]),
        (200, &json!("ACTION_REQUIRED"), &json!(false))
    );
}

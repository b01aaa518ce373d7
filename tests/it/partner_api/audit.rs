//! The audit: every use of a key that changed something, and every command, for those it concerns
//! and nobody else.

use std::sync::Arc;

use domain::account::{ApiKeyScope, OperatingMode};
use domain::basics::id::PartnerId;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{Answer, Desk, order};

const AUDIT: &str = "/v1/audit-events";

fn told(one: &Value) -> String {
    format!(
        "{} {} {}",
        one["method"].as_str().unwrap_or_default(),
        one["route"].as_str().unwrap_or_default(),
        one["resource_ids"]
    )
}

async fn audit(desk: &Desk, query: &str) -> Answer {
    let answer = desk.get(&format!("{AUDIT}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

#[tokio::test]
async fn a_change_is_kept_with_who_when_and_what() {
    let desk = Desk::open().await;
    let made = json!({"name": "Back office", "level": "PARTNER"});
    let made = desk.post("/v1/api-keys/", &made).await;
    let (key, secret) = (made.id(), made.body["secret"].as_str().expect("a secret").to_owned());
    let shop = desk.shop("Acme").await;
    let path = format!("/v1/merchants/{}", shop.merchant);
    assert_eq!(
        desk.call("PATCH", &path, &secret, Some(&json!({"name": "Store"}))).await.status,
        200
    );
    let listed = audit(&desk, &format!("?resource_id={}&api_key_id={key}", shop.merchant)).await;
    let [one] = listed.items() else { panic!("{}", listed.body) };
    assert_eq!(
        one["by"],
        json!({
            "type": "KEY", "id": key, "name": "Back office", "prefix": &secret[..15],
            "level": "PARTNER"
        })
    );
    assert_eq!(told(one), format!("PATCH /v1/merchants/{{id}} {}", json!([shop.merchant])));
    assert_eq!(
        (&one["organisation_ids"], &one["status"]),
        (&json!([shop.organisation]), &json!(200))
    );
    assert_eq!(one["created_at"], "2026-02-17T10:00:00Z");
    assert!(one["request_id"].as_str().is_some_and(|id| id.len() == 32), "{one}");
    let text = listed.body.to_string();
    assert!(!text.contains("Store") && !text.contains(&secret), "no body, no secret: {text}");
}

#[tokio::test]
async fn what_changes_nothing_is_not_kept() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let before = audit(&desk, "").await.body["count"].clone();
    let amount = json!({"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 5000});
    let rules = json!([{"type": "AMOUNT", "parameters": amount}]);
    let trial = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [], "outcome": "REFUND",
        "rules": rules
    });
    let bad = json!([{"reference_id": "bad"}]);
    for (path, body, status) in [
        ("/v1/rulesets/dry-run", &trial, 422),
        ("/v1/orders", &bad, 200),
        ("/v1/merchants", &json!({}), 422),
        ("/v1/nowhere", &bad, 404),
    ] {
        assert_eq!(desk.post(path, body).await.status, status, "{path}");
    }
    desk.get("/v1/merchants").await;
    assert_eq!(audit(&desk, "").await.body["count"], before);
    let batch = json!([order(&shop, "o-1"), order(&shop, "o-2")]);
    for _ in 0..2 {
        assert_eq!(desk.post_as("once", &desk.key, "/v1/orders", &batch).await.body["created"], 2);
    }
    let after = audit(&desk, "").await;
    assert_eq!(
        after.body["count"].as_u64(),
        before.as_u64().map(|count| count + 1),
        "a replayed answer did nothing again"
    );
    let orders = after.items().iter().find(|one| one["route"] == "/v1/orders").expect("the batch");
    assert_eq!(orders["resource_ids"].as_array().map(Vec::len), Some(2), "{orders}");
}

#[tokio::test]
async fn everybody_sees_what_concerns_them() {
    let desk = Desk::open().await;
    let (ours, theirs) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let one = desk.key_of(&ours.organisation).await;
    let group = ApiKeyScope::Group(vec![ours.organisation.parse().expect("an id")]);
    let group = desk.new_key("Payments Inc", OperatingMode::Live, group, &[]).await;
    for key in [&one, &group] {
        let seen = desk.call("GET", AUDIT, key, None).await;
        assert!(
            seen.items().iter().all(|one| one["organisation_ids"] == json!([ours.organisation])),
            "{}",
            seen.body
        );
        assert_eq!(seen.body["count"], 3, "organisation, merchant and integration: {}", seen.body);
        let foreign = desk
            .call("GET", &format!("{AUDIT}?organisation_id={}", theirs.organisation), key, None)
            .await;
        assert_eq!(foreign.body["count"], 0, "{}", foreign.body);
    }
    let keys =
        json!({"name": "Shop", "level": "ORGANISATION", "organisation_ids": [ours.organisation]});
    let made = desk.post("/v1/api-keys", &keys).await.id();
    assert_eq!(
        desk.call("DELETE", &format!("/v1/api-keys/{made}"), &desk.key, None).await.status,
        204
    );
    let about = desk.call("GET", &format!("{AUDIT}?resource_id={made}"), &one, None).await;
    assert_eq!(about.body["count"], 2, "an organisation is told of its keys: {}", about.body);
    let stranger = desk.partner("Other Payments", OperatingMode::Live).await;
    let test = desk.new_key("Payments Inc", OperatingMode::Test, ApiKeyScope::Partner, &[]).await;
    for key in [&stranger, &test] {
        for path in [AUDIT.to_owned(), format!("{AUDIT}?organisation_id={}", ours.organisation)] {
            assert_eq!(desk.call("GET", &path, key, None).await.body["count"], 0, "{path}");
        }
    }
}

#[tokio::test]
async fn what_touched_several_names_to_each_no_more_than_its_own() {
    let desk = Desk::open().await;
    let (ours, theirs) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let batch = json!([order(&ours, "o-1"), order(&theirs, "o-2")]);
    assert_eq!(desk.post("/v1/orders", &batch).await.body["created"], 2);
    let batch = |answer: &Answer| {
        answer.items().iter().find(|one| one["route"] == "/v1/orders").expect("the batch").clone()
    };
    let both = batch(&audit(&desk, &format!("?organisation_id={}", ours.organisation)).await);
    assert_eq!(both["organisation_ids"].as_array().map(Vec::len), Some(2), "{both}");
    assert_eq!(both["resource_ids"].as_array().map(Vec::len), Some(2), "{both}");
    let own = batch(&desk.call("GET", AUDIT, &desk.key_of(&ours.organisation).await, None).await);
    assert_eq!(
        (&own["id"], &own["organisation_ids"]),
        (&both["id"], &json!([ours.organisation])),
        "{own}"
    );
    assert_eq!(own["resource_ids"], json!([]), "whose each is, is not known: {own}");
}

#[tokio::test]
async fn an_organisation_that_is_gone_has_left_its_traces() {
    let desk = Desk::open().await;
    let gone = desk.post("/v1/organisations/", &json!({"name": "Brief"})).await.id();
    assert_eq!(
        desk.call("DELETE", &format!("/v1/organisations/{gone}"), &desk.key, None).await.status,
        204
    );
    for query in [String::new(), format!("?organisation_id={gone}"), format!("?resource_id={gone}")]
    {
        let told: Vec<String> = audit(&desk, &query).await.items().iter().map(told).collect();
        let about = json!([gone]);
        let mut expected = [
            format!("DELETE /v1/organisations/{{id}} {about}"),
            format!("POST /v1/organisations {about}"),
        ];
        expected.sort();
        let mut all = told.clone();
        all.sort();
        assert_eq!(all, expected, "{query}");
    }
}

#[tokio::test]
async fn pages_go_back_in_time_and_spans_bound_them() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await; // a second between its calls
    let list = async |query: &str| {
        let (status, body) = world.call("GET", &format!("{AUDIT}{query}"), &shop.key, None).await;
        assert_eq!(status, 200, "{body}");
        body
    };
    let own = format!("organisation_id={}", shop.organisation);
    for (by, count) in [(own.as_str(), 6), ("sort=-created_at", 8)] {
        let all = list(&format!("?{by}")).await;
        let items = all["items"].as_array().expect("items").clone();
        assert_eq!(
            (all["count"].as_u64(), items.len()),
            (Some(count), usize::try_from(count).expect("few")),
            "the partner sees the operator's two, too: {all}"
        );
        let at = |one: &Value| one["created_at"].as_str().expect("a time").to_owned();
        assert!(items.windows(2).all(|two| at(&two[0]) >= at(&two[1])), "the newest first: {all}");
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&format!("?{by}&limit=4{cursor}")).await;
            read.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(read, items, "{by}");
        let from = at(&items[2]);
        assert_eq!(
            list(&format!("?{by}&created_at_gte={from}")).await["items"].as_array(),
            Some(&items[..3].to_vec())
        );
        assert_eq!(list(&format!("?{by}&created_at_lte={from}")).await["items"][0], items[2]);
    }
}

/// The partner that has the shop's organisation.
async fn partner_of(shop: &Shop) -> PartnerId {
    let id = shop.organisation.parse().expect("an id");
    shop.world.store.read_organisation(&id).await.expect("read").expect("there").partner
}

#[tokio::test]
async fn the_operators_commands_are_kept_too() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let order = json!({
        "do": "SET_AUTOMATION", "by": "ann", "organisation_id": shop.organisation,
        "automation": "PAUSED"
    });
    world.operate(order).await.expect("paused");
    let rates = json!({
        "do": "LOAD_RATES", "by": "bob", "as_of": "2026-02-17",
        "usd_millionths": {"EUR": 1_170_000}
    });
    world.operate(rates).await.expect("rates");
    assert!(
        world
            .operate(json!({"do": "RETRACT_ALERT", "network": "ETHOCA", "vendor_alert_id": "none"}))
            .await
            .is_err()
    );
    let (_, seen) = world
        .call("GET", &format!("{AUDIT}?organisation_id={}", shop.organisation), &shop.key, None)
        .await;
    let newest = &seen["items"][0];
    assert_eq!(told(newest), format!("COMMAND SET_AUTOMATION {}", json!([shop.organisation])));
    assert_eq!(
        newest["by"],
        json!({"type": "OPERATOR", "id": null, "name": null, "prefix": null, "level": null})
    );
    let partner = partner_of(&shop).await;
    let own =
        world.operate(json!({"do": "LIST_AUDIT", "partner_id": partner})).await.expect("the list");
    assert_eq!(own["items"][0]["by"], json!({"OPERATOR": {"name": "ann"}}), "{own}");
    let all = world.operate(json!({"do": "LIST_AUDIT"})).await.expect("the list");
    let items = all["items"].as_array().expect("items");
    let routes: Vec<&str> = items.iter().filter_map(|one| one["route"].as_str()).collect();
    assert_eq!(routes, ["LOAD_RATES", "CREATE_CONNECTION"], "what serves all partners: {all}");
}

#[tokio::test]
async fn a_note_that_cannot_be_taken_does_not_hold_the_answer_back() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    world.aws.set_gate(Some(Arc::new(|call, moment| {
        let lost = call.contains("PutItem AUDIT#") && moment == Moment::Before;
        if lost { Verdict::Lose } else { Verdict::Pass }
    })));
    let path = format!("/v1/merchants/{}", shop.merchant);
    let (status, answer) =
        world.call("PATCH", &path, &shop.key, Some(&json!({"name": "Store"}))).await;
    assert_eq!((status, &answer["name"]), (200, &json!("Store")), "{answer}");
    world.aws.set_gate(None);
    let (_, seen) =
        world.call("GET", &format!("{AUDIT}?resource_id={}", shop.merchant), &shop.key, None).await;
    assert_eq!(seen["count"], 1, "only that it was made: {seen}");
}

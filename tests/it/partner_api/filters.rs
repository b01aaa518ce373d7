//! Every list takes its documented filters and sorts, and a span of its times.

use domain::account::Organisation;
use serde_json::{Value, json};

use super::{Desk, now, order};
use crate::openapi::conversation::DOCUMENT;

async fn make_one_of_each(desk: &Desk) {
    let shop = desk.shop("Acme").await;
    let member = json!({
        "organisation_id": shop.organisation, "first_name": "A", "last_name": "B",
        "email": "a@example.com", "role": "ADMIN"
    });
    desk.post("/v1/memberships", &member).await.id();
    let enrolment = super::setup::enrol(desk, &shop.merchant, "ACMEFIT").await.id();
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND"
    });
    desk.post("/v1/rulesets", &ruleset).await.id();
    desk.post("/v1/orders", &json!([order(&shop, "o-1")])).await;
}

/// A list of one thing shows the thing within its span alone, and refuses what is no span.
async fn assert_span_bounds_list(desk: &Desk, path: &str) {
    for (query, count) in [
        ("created_at_gte=2026-02-17T10:00:00Z&created_at_lte=2026-02-17T10:00:00Z", 1),
        ("created_at_gte=2026-02-17T10:00:01Z", 0),
        ("created_at_lte=2026-02-17T09:59:59Z", 0),
    ] {
        assert_eq!(
            desk.get(&format!("{path}?{query}")).await.body["count"],
            count,
            "{path}?{query}"
        );
    }
    for (query, field) in [
        ("created_at_gte=today", "created_at_gte"),
        (
            "created_at_gte=2026-02-18T00:00:00Z&created_at_lte=2026-02-17T00:00:00Z",
            "created_at_gte",
        ),
    ] {
        assert_eq!(
            desk.get(&format!("{path}?{query}")).await.refusal(),
            (422, "VALIDATION_FAILED", vec![field]),
            "{path}?{query}"
        );
    }
}

#[tokio::test]
async fn every_list_takes_a_span_of_time() {
    let desk = Desk::open().await;
    make_one_of_each(&desk).await;
    for path in [
        "/v1/organisations",
        "/v1/memberships",
        "/v1/merchants",
        "/v1/integrations",
        "/v2/enrolments",
        "/v1/rulesets",
        "/v1/orders",
    ] {
        assert_span_bounds_list(&desk, path).await;
        let sort = if path == "/v1/orders" { "-order_datetime" } else { "-updated_at" };
        assert_eq!(desk.get(&format!("{path}?sort={sort}")).await.body["count"], 1, "{path}");
    }
    for (query, count) in [
        ("order_datetime_gte=2026-02-17T09:59:00Z", 1),
        ("order_datetime_lte=2026-02-17T09:58:59Z", 0),
    ] {
        assert_eq!(desk.get(&format!("/v1/orders?{query}")).await.body["count"], count, "{query}");
    }
}

#[tokio::test]
async fn a_time_may_be_a_day_or_without_its_offset() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = super::alerts::enrolment(&desk, &shop).await;
    super::alerts::unmatched(&desk, &shop, &enrolment, "one", 0).await;
    for (query, count) in [
        ("created_at_gte=2026-02-17&created_at_lte=2026-02-17", 1),
        ("created_at_gte=2026-02-18", 0),
        ("created_at_lte=2026-02-16", 0),
        ("created_at_lte=2026-02-17T10:00:00", 1),
        ("created_at_lte=2026-02-17T09:59:59", 0),
        ("created_at_gte=2026-02-17T11:00:00%2B01:00", 1),
        // the `+` of a client that does not encode
        ("created_at_gte=2026-02-17T11:00:00+01:00", 1),
        ("created_at_gte=2026-02-17T11:00:01+01:00", 0),
    ] {
        for path in ["/v1/merchants", "/v1/orders", "/v1/alerts"] {
            let count = if path == "/v1/orders" { 0 } else { count };
            assert_eq!(
                desk.get(&format!("{path}?{query}")).await.body["count"],
                count,
                "{path}?{query}"
            );
        }
    }
    for wrong in ["2026-02-30", "2026", "10:00", "2026-02-17T25:00:00", "+", ""] {
        let refused = desk.get(&format!("/v1/merchants?created_at_lte={wrong}")).await;
        assert_eq!(
            refused.refusal(),
            (422, "VALIDATION_FAILED", vec!["created_at_lte"]),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn what_many_organisations_have_is_one_list() {
    let desk = Desk::open().await;
    for at in 0..40 {
        let shop = desk.shop(&format!("Shop {at:02}")).await;
        desk.post("/v1/orders", &json!([order(&shop, &format!("o-{at:02}"))])).await;
    }
    for (path, name) in [
        ("/v1/merchants?sort=name&offset=30&limit=3", "name"),
        ("/v1/orders?limit=100", "reference_id"),
    ] {
        let listed = desk.get(path).await;
        assert_eq!(listed.body["count"], 40, "{path}");
        let mut names: Vec<&str> =
            listed.items().iter().filter_map(|one| one[name].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(
            (names.len(), names[0]),
            if name == "name" { (3, "Shop 30") } else { (40, "o-00") },
            "{path}"
        );
    }
}

#[tokio::test]
async fn lists_are_filtered_by_what_they_hold() {
    let desk = Desk::open().await;
    let (shop, other) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let enrolment = super::setup::enrol(&desk, &shop.merchant, "ACMEFIT").await.id();
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND"
    });
    desk.post("/v1/rulesets", &ruleset).await.id();
    let off = format!("/v1/integrations/{}", other.integration);
    assert_eq!(
        desk.call("PATCH", &off, &desk.key, Some(&json!({"status": "DISABLED"}))).await.status,
        200
    );
    for (path, count) in [
        (format!("/v1/merchants?name=ACM&type=GENERIC&organisation_id={}", shop.organisation), 1),
        ("/v1/merchants?name=nobody".into(), 0),
        ("/v1/merchants?external_id=mid".into(), 0),
        ("/v1/integrations?status=DISABLED".into(), 1),
        ("/v1/integrations?type=STRIPE".into(), 0),
        (format!("/v1/integrations?merchant_id={}", shop.merchant), 1),
        (format!("/v2/enrolments?organisation_id={}", other.organisation), 0),
        (
            format!(
                "/v2/enrolments?type=ETHOCA_ALERT&status=PENDING&merchant_id={}",
                shop.merchant
            ),
            1,
        ),
        (format!("/v1/rulesets?enrolment_id={enrolment}"), 1),
        ("/v1/rulesets?enrolment_id=enrl_1".into(), 0),
        ("/v1/alerts?action_required_deadline_lte=2026-02-17T10:00:00Z".into(), 0),
    ] {
        assert_eq!(desk.get(&path).await.body["count"], count, "{path}");
    }
    let names = desk.get("/v1/merchants?sort=-name").await;
    assert_eq!(names.items()[0]["name"], "Zenith");
    assert_eq!(desk.get("/v1/integrations?status=BROKEN").await.refusal().2, ["status"]);
}

#[tokio::test]
async fn what_changed_last_is_found_first() {
    let desk = Desk::open().await;
    for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
        let id = desk
            .post("/v1/organisations", &json!({"name": name}))
            .await
            .id()
            .parse()
            .expect("an id");
        let made = desk
            .api
            .store
            .read_organisation(&id)
            .await
            .expect("the store")
            .expect("the organisation");
        let hours = i64::try_from(at).expect("a small number");
        let later = Organisation {
            version: 2,
            updated_at: domain::basics::time::add_seconds(now(), hours * 3600),
            ..made
        };
        desk.api.store.replace_organisation(&later).await.expect("kept");
    }
    let listed =
        desk.get("/v1/organisations?sort=-updated_at&updated_at_gte=2026-02-17T11:00:00Z").await;
    let names: Vec<&str> = listed.items().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["c", "b"]);
}

#[tokio::test]
async fn a_mistyped_filter_shows_nothing() {
    let desk = Desk::open().await;
    let (one, _) = (desk.shop("Acme").await, desk.shop("Other").await);
    let mistyped = desk.get(&format!("/v1/merchants?organization_id={}", one.organisation)).await;
    assert_eq!(mistyped.refusal(), (422, "UNKNOWN_PARAMETER", vec!["organization_id"]));
    let detail = mistyped.body["detail"].as_str().expect("a detail");
    assert!(
        detail.contains("`organization_id`") && detail.contains("`organisation_id`"),
        "{detail}"
    );
    let twice = desk
        .get(&format!("/v1/merchants?organisation_id={0}&organisation_id={0}", one.organisation))
        .await;
    assert_eq!(twice.refusal(), (422, "VALIDATION_FAILED", vec!["organisation_id"]));
    let card = desk.get("/v1/merchants?4242424242424242=1").await;
    assert_eq!(card.refusal(), (422, "UNKNOWN_PARAMETER", vec!["424242******4242"]));
    let spelt = desk.get(&format!("/v1/merchants?organisation_id={}", one.organisation)).await;
    assert_eq!(spelt.body["count"], 1);
}

/// The guarded operations as requests (`GET`, `/v1/alerts/x`) with the query parameters that the
/// document names.
fn guarded_operations() -> Vec<(String, String, Vec<String>)> {
    let name_of = |one: &Value| {
        let shared =
            one["$ref"].as_str().map(|place| DOCUMENT.pointer(&place[1..]).expect("a parameter"));
        let parameter = shared.unwrap_or(one);
        (parameter["in"] == "query").then(|| parameter["name"].as_str().expect("a name").to_owned())
    };
    let mut all = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().expect("paths") {
        let parts: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        for (method, operation) in methods.as_object().expect("operations") {
            if operation["security"] != json!([]) {
                let names = operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(name_of)
                    .collect();
                all.push((method.to_uppercase(), parts.join("/"), names));
            }
        }
    }
    all
}

#[tokio::test]
async fn a_route_takes_the_documented_parameters_and_no_others() {
    let desk = Desk::open().await;
    let operations = guarded_operations();
    assert!(operations.len() > 60, "{}", operations.len());
    for (method, path, names) in operations {
        let unknown = desk
            .call(&method, &format!("{path}?organization_id=x"), &desk.key, Some(&json!({})))
            .await;
        assert_eq!(
            unknown.refusal(),
            (422, "UNKNOWN_PARAMETER", vec!["organization_id"]),
            "{method} {path}"
        );
        for name in names {
            let known =
                desk.call(&method, &format!("{path}?{name}=x"), &desk.key, Some(&json!({}))).await;
            assert_ne!(known.body["code"], "UNKNOWN_PARAMETER", "{method} {path}?{name}");
        }
    }
}

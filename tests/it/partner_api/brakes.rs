//! Partners own their brakes: an organisation's, and those of all organisations in one call.

use domain::account::RefundCaps;
use domain::basics::time::add_seconds;
use serde_json::{Value, json};

use super::{Answer, Desk};

/// The brakes and the time zone in an answer about an organisation.
fn brakes(answer: &Answer) -> Value {
    json!([answer.body["automation"], answer.body["daily_refund_caps"], answer.body["time_zone"]])
}

async fn assert_wrong_brakes_are_refused(desk: &Desk, path: &str) {
    for (wrong, field) in [
        (json!({ "automation": "OFF" }), "automation"),
        (json!({ "time_zone": "Copenhagen" }), "time_zone"),
        (
            json!({ "daily_refund_caps": { "refund_count": -1, "usd_amount_in_cents": 1 } }),
            "daily_refund_caps.refund_count",
        ),
        (
            json!({ "daily_refund_caps": { "refund_count": 1 } }),
            "daily_refund_caps.usd_amount_in_cents",
        ),
    ] {
        let refused = desk.call("PATCH", path, &desk.key, Some(&wrong)).await;
        assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec![field]), "{wrong}");
    }
}

#[tokio::test]
async fn an_organisations_brakes_are_set_and_shown() {
    let desk = Desk::open().await;
    let made = desk.post("/v1/organisations/", &json!({ "name": "Acme" })).await;
    let path = format!("/v1/organisations/{}", made.body["id"].as_str().expect("an id"));
    assert_eq!(brakes(&made), json!(["ON", null, "UTC"]));
    let caps = json!({ "refund_count": 20, "usd_amount_in_cents": 500_000 });
    let change = json!({
        "automation": "OBSERVE", "daily_refund_caps": caps, "time_zone": "Europe/Copenhagen"
    });
    let changed = desk.call("PATCH", &path, &desk.key, Some(&change)).await;
    assert_eq!(
        (changed.status, brakes(&changed)),
        (200, json!(["OBSERVE", caps, "Europe/Copenhagen"]))
    );
    assert_eq!(brakes(&desk.get(&path).await), json!(["OBSERVE", caps, "Europe/Copenhagen"]));
    let freed =
        desk.call("PATCH", &path, &desk.key, Some(&json!({ "daily_refund_caps": null }))).await;
    assert_eq!(brakes(&freed), json!(["OBSERVE", null, "Europe/Copenhagen"]));
    assert_wrong_brakes_are_refused(&desk, &path).await;
    let audited = desk.get("/v1/audit-events").await;
    let change =
        audited.items().iter().find(|one| one["method"] == "PATCH").expect("an audited change");
    assert_eq!(
        (&change["route"], &change["by"]["type"]),
        (&json!("/v1/organisations/{id}"), &json!("KEY"))
    );
}

#[tokio::test]
async fn one_call_sets_the_brakes_of_all_organisations() {
    let desk = Desk::open().await;
    let listed = desk.get("/v1/partners").await;
    let own = &listed.items()[0];
    assert_eq!(
        (&listed.body["count"], &own["automation"], &own["daily_refund_caps"]),
        (&json!(1), &json!("ON"), &json!(null))
    );
    let path = format!("/v1/partners/{}", own["id"].as_str().expect("an id"));
    let caps = json!({ "refund_count": 5, "usd_amount_in_cents": 10_000 });
    let paused = json!({ "automation": "PAUSED", "daily_refund_caps": caps, "version": 1 });
    let changed = desk.call("PATCH", &path, &desk.key, Some(&paused)).await;
    assert_eq!(
        (changed.status, &changed.body["automation"], &changed.body["daily_refund_caps"]),
        (200, &json!("PAUSED"), &caps)
    );
    assert_eq!(changed.body["links"][0]["uri"], json!(path));
    let stale = desk
        .call("PATCH", &path, &desk.key, Some(&json!({ "automation": "ON", "version": 1 })))
        .await;
    assert_eq!((stale.status, &stale.body["code"]), (409, &json!("CONFLICT")));
    let name = desk.call("PATCH", &path, &desk.key, Some(&json!({ "name": "Another" }))).await;
    assert_eq!(name.refusal(), (422, "VALIDATION_FAILED", vec!["name"]));
    let audited = desk.get("/v1/audit-events").await;
    assert!(
        audited.items().iter().any(|one| one["route"] == "/v1/partners/{id}"),
        "{}",
        audited.body
    );
}

#[tokio::test]
async fn another_time_zone_gives_no_second_day() {
    let desk = Desk::open().await;
    let (store, now) = (&desk.api.store, super::now());
    let organisation = desk.shop("Acme").await.organisation.parse().expect("an id");
    let caps = RefundCaps { count: 1, usd_cents: 10_000 };
    let ends = |hours: i64| add_seconds(now, hours * 3600);
    assert!(
        store.count_refund(&organisation, &caps, 4900, (ends(10), now)).await.expect("the table")
    );
    for end in [ends(10), ends(2), ends(24)] {
        assert!(
            !store
                .count_refund(&organisation, &caps, 4900, (end, ends(1)))
                .await
                .expect("the table"),
            "until {end}"
        );
    }
    assert!(
        store
            .count_refund(&organisation, &caps, 4900, (ends(30), ends(10)))
            .await
            .expect("the table"),
        "the next day"
    );
    assert!(
        !store
            .count_refund(&organisation, &caps, 4900, (ends(30), ends(29)))
            .await
            .expect("the table")
    );
}

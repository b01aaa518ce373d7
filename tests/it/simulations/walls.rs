//! What is simulated stays with its organisation, and TEST and LIVE never meet.

use domain::account::enrolment::Enrolment;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::Trial;

async fn count(world: &World, key: &str) -> Value {
    world.call("GET", "/v1/alerts/", key, None).await.1["count"].clone()
}

#[tokio::test]
async fn a_descriptor_that_both_have_catches_each_ones_own_alerts() {
    let world = World::start(Settings::default()).await;
    let (trial, shop, other) =
        (Trial::within(&world).await, Shop::open(&world).await, Trial::within(&world).await);
    for (path, key) in [
        (&trial.enrolment, &trial.key),
        (&shop.enrolment, &shop.key),
        (&other.enrolment, &other.key),
    ] {
        let (_, shown) = world.call("GET", &format!("/v2/enrolments/{path}"), key, None).await;
        assert_ne!(shown["status"], "NEEDS_ATTENTION", "{shown}");
    }
    let (status, pushed) = shop.push(&[shop.alert("LIVE")]).await;
    assert_eq!((status, &pushed["acknowledgements"][0]["status"]), (200, &json!("SUCCESS")));
    let made = trial.alert(json!({ "descriptor": "ACMEFIT*PLAN" })).await;
    assert_eq!(made["organisation_id"], trial.organisation);
    assert_eq!(
        (count(&world, &trial.key).await, count(&world, &shop.key).await),
        (json!(1), json!(1))
    );
    assert_eq!(count(&world, &other.key).await, 0);
    assert_eq!(shop.alerts().await[0]["organisation_id"], shop.organisation);
    world.assert_invariants().await;
}

#[tokio::test]
async fn a_live_alert_is_quarantined_rather_than_given_to_a_test_enrolment_and_the_reverse() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let trial = Trial::within(&world).await;
    let enrolment = format!("/v2/enrolments/{}", shop.enrolment);
    assert_eq!(world.call("DELETE", &enrolment, &shop.key, None).await.0, 200);
    let mut stray = shop.alert("STRAY");
    stray["merchantDescriptor"] = json!("NOBODYS");
    shop.push(&[stray]).await;
    let made = trial.simulated(json!({ "descriptor": "ELSEWHERE" })).await;
    let delivery = &made["simulation"]["deliveries"][0];
    assert_eq!((&delivery["result"], made.get("id")), (&json!("QUARANTINED"), None), "{made}");
    assert_eq!(delivery["reason"], "no enrolment has its descriptor");
    let held = world.operate(json!({ "do": "LIST_QUARANTINE" })).await.expect("a list");
    let [real] = held["items"].as_array().expect("items").as_slice() else {
        panic!("the stray alone is the operator's: {held}")
    };
    let (_, own) = world.call("GET", "/v1/quarantine/", &trial.key, None).await;
    assert_eq!(
        (&own["count"], &own["items"][0]["id"]),
        (&json!(1), &delivery["quarantine_id"]),
        "{own}"
    );
    assert_unreleasable(&world, &real["id"], &trial.enrolment).await;
    assert_unreleasable(&world, &delivery["quarantine_id"], &shop.enrolment).await;
    let path =
        format!("/v1/quarantine/{}/release", delivery["quarantine_id"].as_str().expect("an id"));
    let (status, released) =
        trial.call("POST", &path, &json!({ "enrolment_id": trial.enrolment })).await;
    assert_eq!((status, &released["status"]), (200, &json!("RELEASED")), "{released}");
    assert_eq!(
        (count(&world, &trial.key).await, count(&world, &shop.key).await),
        (json!(1), json!(0))
    );
}

/// The operator cannot hand an alert in quarantine to this enrolment.
async fn assert_unreleasable(world: &World, id: &Value, enrolment: &str) {
    let release = json!({
        "do": "RELEASE_QUARANTINED", "id": id, "enrolment_id": enrolment,
        "by": "ann@example.com"
    });
    assert!(world.operate(release).await.is_err(), "{id}");
}

#[tokio::test]
async fn the_operator_cannot_join_what_is_apart() {
    let world = World::start(Settings::default()).await;
    let (shop, trial) = (Shop::open(&world).await, Trial::within(&world).await);
    let real = world.store.read_connections().await.expect("connections").remove(0).id;
    let organisation = trial.organisation.parse().expect("an id");
    let simulated = domain::basics::id::ConnectionId::simulated_for_organisation(&organisation);
    for (enrolment, connection) in
        [(&trial.enrolment, real.to_string()), (&shop.enrolment, simulated.to_string())]
    {
        let order = json!({
            "do": "SET_ENROLMENT", "enrolment_id": enrolment, "connection_id": connection
        });
        assert!(world.operate(order).await.is_err_and(|said| said.contains("mode")), "{enrolment}");
    }
    assert!(
        world
            .store
            .read_connections()
            .await
            .expect("connections")
            .iter()
            .all(|one| !one.id.is_simulated()),
        "nobody signs in at it"
    );
}

#[tokio::test]
async fn a_live_key_is_told_and_another_tenants_things_are_not_there() {
    let world = World::start(Settings::default()).await;
    let (shop, trial) = (Shop::open(&world).await, Trial::within(&world).await);
    let alert = trial.alert(json!({ "scenario": "NOT_FOUND" })).await;
    let simulate = json!({ "organisation_id": shop.organisation });
    let (status, told) =
        world.call("POST", "/v1/simulate/alerts", &shop.key, Some(&simulate)).await;
    assert_eq!((status, &told["code"]), (422, &json!("TEST_MODE_ONLY")), "{told}");
    let enrolment = format!("/v1/simulate/enrolments/{}", shop.enrolment);
    let (status, told) =
        world.call("PATCH", &enrolment, &shop.key, Some(&json!({ "status": "ENABLED" }))).await;
    assert_eq!((status, &told["code"]), (422, &json!("TEST_MODE_ONLY")), "{told}");
    let calls = calls_about(&trial, &alert);
    for key in [&shop.key, &world.new_partner("Stranger", "TEST").await.expect("a partner")] {
        for (method, path, body) in &calls {
            let (status, told) = world.call(method, path, key, Some(body)).await;
            assert_eq!(
                (status, &told["code"]),
                (404, &json!("NOT_FOUND")),
                "{method} {path}: {told}"
            );
        }
    }
    let trial_org =
        json!({ "organisation_id": trial.organisation, "enrolment_id": shop.enrolment });
    let (status, told) =
        world.call("POST", "/v1/simulate/alerts", &trial.key, Some(&trial_org)).await;
    assert_eq!((status, &told["errors"][0]["field"]), (404, &json!("enrolment_id")), "{told}");
}

/// Each call that simulates something of the trial.
fn calls_about(trial: &Trial, alert: &Value) -> [(&'static str, String, Value); 3] {
    let alert = alert["id"].as_str().expect("an id");
    [
        (
            "PATCH",
            format!("/v1/simulate/enrolments/{}", trial.enrolment),
            json!({ "status": "UNENROLLED" }),
        ),
        (
            "POST",
            "/v1/simulate/alerts".to_owned(),
            json!({ "organisation_id": trial.organisation }),
        ),
        ("POST", format!("/v1/simulate/alerts/{alert}/retract"), json!({})),
    ]
}

#[tokio::test]
async fn one_organisations_simulations_do_not_reach_its_sisters() {
    let trial = Trial::open().await;
    let sister = trial.made("/v1/organisations/", json!({ "name": "Sister" })).await;
    let made = trial
        .call(
            "POST",
            "/v1/simulate/alerts",
            &json!({ "organisation_id": sister, "descriptor": "ACMEFIT" }),
        )
        .await
        .1;
    assert_eq!(made["simulation"]["deliveries"][0]["result"], "QUARANTINED", "{made}");
    assert_eq!(count(&trial.world, &trial.key).await, 0);
}

#[tokio::test]
async fn an_enrolment_without_a_connection_gets_its_own_when_it_is_enabled() {
    let trial = Trial::open().await;
    let store = &trial.world.store;
    let old: Enrolment =
        store.read_record(&trial.enrolment).await.expect("read").expect("it is there");
    let connection = old.connection.clone().expect("its own");
    store.drop_routes(&connection, &old, trial.world.clock.now()).await.expect("dropped");
    let without = Enrolment { connection: None, version: old.version + 1, ..old };
    store.replace_record(&without).await.expect("kept");
    let nowhere = trial.simulated(json!({})).await;
    assert_eq!(nowhere["simulation"]["deliveries"][0]["result"], "QUARANTINED", "{nowhere}");
    trial.enrol("ENABLED").await;
    assert_eq!(trial.alert(json!({})).await["status"], "RESOLVED");
}

//! A TEST partner's whole trial: what it sets up, what it sees, what its receiver hears.

use partners::Destinations;
use serde_json::{Value, json};
use tests::world::{Settings, World};

use super::{Trial, is_partners};
use crate::webhooks::receiver::Receiver;

const SCENARIOS: [(&str, &str); 9] = [
    ("PLAIN", "RESOLVED"),
    ("DUPLICATE", "RESOLVED"),
    ("ALREADY_REFUNDED", "INVALID"),
    ("ALREADY_CHARGED_BACK", "INVALID"),
    ("MASKED_CARD", "ACTION_REQUIRED"),
    ("REFUND_FAILURE", "ACTION_REQUIRED"),
    ("CANCEL_FAILURE", "RESOLVED"),
    ("AMBIGUOUS", "ACTION_REQUIRED"),
    ("NOT_FOUND", "ACTION_REQUIRED"),
];

#[tokio::test]
async fn a_trial_from_its_first_call_to_its_last_event() {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    world.connect_ethoca("ethoca", "a password of the vendor's").await.expect("a connection");
    let trial = Trial::within(&world).await;
    assert_marked_as_test(&trial).await;
    world.settle().await;
    let receiver = subscribe_receiver(&trial).await;
    trial.enrol("NEEDS_ATTENTION").await;
    let held = trial.simulated(json!({})).await;
    assert_eq!(
        held["simulation"]["deliveries"][0]["reason"],
        "the enrolment of its descriptor needs attention"
    );
    trial.enrol("ENABLED").await;
    let mut seen = Vec::new();
    for (scenario, status) in SCENARIOS {
        let alert = trial.alert(json!({ "scenario": scenario })).await;
        assert_eq!(alert["status"], status, "{scenario}: {alert}");
        seen.push((scenario, alert));
    }
    for (scenario, alert) in &seen {
        assert_told_events(&receiver, scenario, alert);
    }
    assert!(receiver.taken().iter().any(|one| one.kind() == "enrolment.updated"));
    assert_notes_kept(&trial, &seen[0].1).await;
    trial.enrol("UNENROLLED").await;
    let late = trial.alert(json!({ "enrolment_id": trial.enrolment })).await;
    assert_eq!(late["action_required_reason"], "UNENROLLED", "{late}");
    world.pull().await; // asks the real network only, of which nothing is known here
    let outside: Vec<String> = world
        .faults
        .calls()
        .into_iter()
        .filter(|call| is_partners(call) && !call.contains("/alerts"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
    world.assert_invariants().await;
}

/// The organisation shows its mode, in its name as well.
async fn assert_marked_as_test(trial: &Trial) {
    let path = format!("/v1/organisations/{}", trial.organisation);
    let (_, organisation) = trial.world.call("GET", &path, &trial.key, None).await;
    assert_eq!(
        (&organisation["name"], &organisation["mode"]),
        (&json!("[TEST] Acme"), &json!("TEST"))
    );
}

async fn subscribe_receiver(trial: &Trial) -> Receiver {
    let receiver = Receiver::start().await;
    let events = [
        "alert.created",
        "alert.updated",
        "enrolment.updated",
        "refund.failed",
        "subscription_cancel.failed",
    ];
    trial.made("/v1/webhook-endpoints/", json!({ "url": receiver.url, "events": events })).await;
    receiver
}

/// The receiver heard of the alert once that it is there, and of failures where its scenario has
/// them.
fn assert_told_events(receiver: &Receiver, scenario: &str, alert: &Value) {
    let told = receiver
        .taken()
        .into_iter()
        .filter(|one| one.json()["data"]["object"]["id"] == alert["id"]);
    let kinds: Vec<String> = told.map(|one| one.kind()).collect();
    assert_eq!(
        kinds.iter().filter(|kind| *kind == "alert.created").count(),
        1,
        "{scenario}: {kinds:?}"
    );
    assert_eq!(
        kinds.contains(&"refund.failed".to_owned()),
        scenario == "REFUND_FAILURE",
        "{scenario}: {kinds:?}"
    );
    assert_eq!(
        kinds.contains(&"subscription_cancel.failed".to_owned()),
        scenario == "CANCEL_FAILURE",
        "{scenario}: {kinds:?}"
    );
}

/// A note stays with an alert that has ended, and the alert has its whole history.
async fn assert_notes_kept(trial: &Trial, alert: &Value) {
    let noted = trial.act(alert, json!({ "note": "Sorry for the trouble." })).await;
    assert_eq!(
        (&noted["note"], &noted["status"]),
        (&json!("Sorry for the trouble."), &json!("RESOLVED"))
    );
    let path = format!("/v1/alerts/{}/history", noted["id"].as_str().expect("an id"));
    let (_, history) = trial.world.call("GET", &path, &trial.key, None).await;
    assert!(history["count"].as_u64().is_some_and(|steps| steps >= 5), "{history}");
}

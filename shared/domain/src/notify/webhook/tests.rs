use super::*;
use crate::account::SealedSecret;
use crate::calls::lane::CallPace;
use crate::tests::given::{at, hours};

fn endpoint() -> WebhookEndpoint {
    let secret = SigningSecret { sealed: SealedSecret("first".into()), until: None };
    WebhookEndpoint {
        id: EndpointId::from_seed(1),
        partner: PartnerId::from_seed(1),
        organisation: None,
        url: "https://example.com/hooks".into(),
        events: vec![EventKind::AlertCreated],
        signature: SignatureScheme::Legacy,
        secrets: vec![secret],
        status: WebhookEndpointStatus::Enabled,
        failing_since: None,
        lane: None,
        version: 1,
        created_at: hours(0),
        updated_at: hours(0),
    }
}

fn delivery() -> WebhookDelivery {
    let event = WebhookEvent {
        id: EventId::from_seed(1),
        kind: EventKind::AlertCreated,
        body: String::new(),
        created_at: hours(0),
    };
    WebhookDelivery::new(&event, &endpoint(), hours(0))
}

fn answered(status: u16, at: Timestamp) -> DeliveryAttempt {
    DeliveryAttempt { at, status: Some(status), error: None }
}

#[test]
fn a_delivery_is_tried_six_times_over_fourteen_hours_and_36_minutes() {
    let (mut one, mut now, mut tries) = (delivery(), hours(0), Vec::new());
    while one.state == DeliveryState::Waiting {
        assert!(one.is_attempt_requested());
        tries.push((now.as_second() - hours(0).as_second()) / 60);
        one = one.record_attempt(answered(500, now));
        let Some(due) = one.due_at else { break };
        assert_eq!(one.clone().wake_if_due(add_seconds(due, -1)), None);
        now = due;
        let woken = one.clone().wake_if_due(now).expect("it is due");
        assert!(woken.wakes(Some(&one)) && !one.wakes(None));
        one = woken;
    }
    assert_eq!((one.state, tries), (DeliveryState::Failed, vec![0, 1, 6, 36, 156, 876]));
}

#[test]
fn a_try_that_was_asked_for_and_lost_is_asked_for_again() {
    let one = delivery();
    let again = one.clone().wake_if_due(hours(1)).expect("it is due");
    assert!(again.wakes(Some(&one)));
    assert_eq!((again.asked, again.nudges), (1, 1));
}

#[test]
fn a_replay_keeps_the_id_and_starts_anew() {
    let done = delivery().record_attempt(answered(204, hours(1)));
    assert!(
        (done.state, done.due_at) == (DeliveryState::Delivered, None)
            && done.clone().wake_if_due(hours(99)).is_none()
    );
    let again = done.clone().restart_delivery(hours(2));
    assert!(again.wakes(Some(&done)) && again.id == done.id && again.event == done.event);
    assert_eq!(
        again.record_attempt(answered(500, hours(2))).due_at,
        Some(add_seconds(hours(2), 60))
    );
}

#[test]
fn an_endpoint_is_stopped_by_410_and_paused_by_five_days_of_failure() {
    assert_eq!(endpoint().record_attempt(&answered(200, hours(1)), CallPace::Quick), None);
    let stopped =
        endpoint().record_attempt(&answered(410, hours(1)), CallPace::Quick).expect("a change");
    assert!(
        stopped.status == WebhookEndpointStatus::Stopped
            && !stopped.is_subscribed_to(EventKind::AlertCreated)
    );
    let failing =
        endpoint().record_attempt(&answered(503, hours(1)), CallPace::Quick).expect("a change");
    assert_eq!(failing.clone().record_attempt(&answered(503, hours(100)), CallPace::Quick), None);
    assert_eq!(
        failing
            .clone()
            .record_attempt(&answered(200, hours(100)), CallPace::Quick)
            .map(|one| one.failing_since),
        Some(None)
    );
    let paused =
        failing.record_attempt(&answered(503, hours(122)), CallPace::Quick).expect("a change");
    assert!(
        paused.status == WebhookEndpointStatus::Paused
            && paused.is_subscribed_to(EventKind::AlertCreated)
    );
    let event = WebhookEvent {
        id: EventId::from_seed(1),
        kind: EventKind::AlertCreated,
        body: String::new(),
        created_at: hours(0),
    };
    assert_eq!(WebhookDelivery::new(&event, &paused, hours(123)).state, DeliveryState::Held);
}

#[test]
fn a_redirect_is_no_success() {
    assert!(!answered(302, hours(0)).is_successful() && answered(299, hours(0)).is_successful());
}

#[test]
fn an_old_secret_signs_until_its_overlap_ends() {
    let one =
        endpoint().rotate_secret(SealedSecret("second".into()), 3600, at("2026-02-17T10:00:00Z"));
    let signing = |now| one.active_secrets(now).map(|sealed| sealed.0.clone()).collect::<Vec<_>>();
    assert_eq!(signing(hours(0)), ["second", "first"]);
    assert_eq!(signing(hours(1)), ["second"]);
    let twice = one.rotate_secret(SealedSecret("third".into()), 7200, hours(0));
    assert_eq!(
        twice.secrets.iter().map(|secret| secret.until).collect::<Vec<_>>(),
        [None, Some(hours(2)), Some(hours(1))]
    );
}

//! Keys, lost and held answers, and the gate.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::json;
use tests::simulate::serve::{Gate, Moment, Verdict};
use tests::simulate::stripe::{Fault, FaultKind};

use super::{Bench, read};

#[tokio::test]
async fn a_key_is_kept_for_a_day_with_its_500() {
    let bench = Bench::new().await;
    let form = format!("payment_intent={}&amount=100", bench.sale().await);
    bench.stripe.fault(Fault::next("POST", "/v1/refunds", FaultKind::Status500));
    assert_eq!(bench.keyed("/v1/refunds", &form, Some("k")).await.0, 500);
    let replay = bench.sending("/v1/refunds", &form, Some("k")).send().await.expect("an answer");
    assert_eq!(replay.headers()["idempotent-replayed"], "true");
    assert_eq!(replay.status().as_u16(), 500);
    assert_eq!(bench.stripe.refunds().len(), 1, "it was executed all the same");
    let (status, body) = bench.keyed("/v1/refunds", &format!("{form}0"), Some("k")).await;
    assert_eq!((status, &body["error"]["type"]), (400, &json!("idempotency_error")));
    bench.advance(24 * 3600);
    assert_eq!(bench.keyed("/v1/refunds", &form, Some("k")).await.0, 200);
    assert_eq!(bench.stripe.refunds().len(), 2, "a forgotten key refunds again");
}

#[tokio::test]
async fn refusals_before_execution_are_not_remembered() {
    let bench = Bench::new().await;
    let form = format!("payment_intent={}", bench.sale().await);
    assert_eq!(bench.keyed("/v1/refunds", "payment_intent=pi_none", Some("k")).await.0, 404);
    for (fault, status) in [(FaultKind::Status429, 429), (FaultKind::Status503, 503)] {
        bench.stripe.fault(Fault::next("POST", "/v1/refunds", fault));
        assert_eq!(bench.keyed("/v1/refunds", &form, Some("k")).await.0, status);
    }
    assert_eq!(bench.stripe.refunds().len(), 0);
    assert_eq!(bench.keyed("/v1/refunds", &form, Some("k")).await.0, 200);
}

#[tokio::test]
async fn lost_requests_and_lost_answers_look_alike() {
    let bench = Bench::new().await;
    let form = format!("payment_intent={}", bench.sale().await);
    for (fault, refunds) in [(FaultKind::LoseRequest, 0), (FaultKind::LoseAnswer, 1)] {
        bench.stripe.fault(Fault::next("POST", "/v1/refunds", fault));
        assert!(bench.sending("/v1/refunds", &form, Some("k")).send().await.is_err(), "no answer");
        assert_eq!(bench.stripe.refunds().len(), refunds);
    }
    assert_eq!(bench.keyed("/v1/refunds", &form, Some("k")).await.0, 200);
    assert_eq!(bench.stripe.refunds().len(), 1);
    let requests = bench.stripe.requests();
    let refunds = requests.iter().filter(|request| request.path == "/v1/refunds");
    let heard: Vec<_> = refunds.map(|request| (request.status, request.replayed)).collect();
    assert_eq!(heard, [(None, false), (Some(200), false), (Some(200), true)]);
}

#[tokio::test]
async fn a_held_answer_goes_out_when_released() {
    let bench = Bench::new().await;
    let form = format!("payment_intent={}&amount=100", bench.sale().await);
    bench.stripe.fault(Fault::next("POST", "/v1/refunds", FaultKind::HoldExecuting));
    let held = tokio::spawn(bench.sending("/v1/refunds", &form, Some("k")).send());
    while bench.stripe.refunds().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.keyed("/v1/refunds", &form, Some("k")).await.0, 409);
    bench.stripe.release();
    let answer = read(held.await.expect("no panic").expect("an answer")).await;
    assert_eq!(answer, bench.keyed("/v1/refunds", &form, Some("k")).await);
    assert_eq!(bench.stripe.refunds().len(), 1);
}

#[tokio::test]
async fn a_gate_loses_calls_before_and_after_execution() {
    let lost = Arc::new(AtomicI64::new(0));
    let count = lost.clone();
    let gate: Gate = Arc::new(move |call, moment| {
        let turn = if call == "stripe POST /v1/refunds" {
            count.fetch_add(1, Ordering::SeqCst)
        } else {
            -1
        };
        match (turn, moment) {
            (0, Moment::Before) | (2, Moment::After) => Verdict::Lose,
            (4, Moment::After) => Verdict::Hold,
            _ => Verdict::Pass,
        }
    });
    let bench = Bench::with(|stripe| stripe.with_gate(gate)).await;
    let form = format!("payment_intent={}&amount=100", bench.sale().await);
    for refunds in [0, 1] {
        assert!(bench.sending("/v1/refunds", &form, None).send().await.is_err());
        assert_eq!(bench.stripe.refunds().len(), refunds);
    }
    let held =
        bench.sending("/v1/refunds", &form, None).timeout(Duration::from_millis(200)).send().await;
    assert!(held.is_err_and(|error| error.is_timeout()));
    assert_eq!(bench.stripe.refunds().len(), 2);
}

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use tests::gate::{Moment, Verdict};

use super::{TABLE, in_memory, put, reasons, state, state_in_the_way, text, with_table};

type Seen = Arc<Mutex<Vec<String>>>;

#[tokio::test]
async fn a_lost_request_is_repeated_and_done_once() {
    let aws = in_memory();
    let client = with_table(&aws).await;
    let seen = gate(&aws, Moment::Before, Verdict::Lose, 1);
    put(&client, "alrt_1", "RECEIVED").send().await.expect("the second try");
    let put_before = "before dynamodb PutItem alrt_1/ALERT";
    assert_eq!(calls(&seen), [put_before, put_before, "after dynamodb PutItem alrt_1/ALERT"]);
    assert_eq!(aws.stream().next(10).len(), 1);
}

#[tokio::test]
async fn a_lost_answer_makes_a_conditional_write_meet_itself() {
    let aws = in_memory();
    let client = with_table(&aws).await;
    let seen = gate(&aws, Moment::After, Verdict::Lose, 1);
    let refused = put(&client, "alrt_1", "RECEIVED")
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .expect_err("its own first try is there");
    assert_eq!(state_in_the_way(refused), text("RECEIVED"));
    assert_eq!(calls(&seen).len(), 4);
}

#[tokio::test]
async fn three_losses_are_an_error() {
    let aws = in_memory();
    let client = with_table(&aws).await;
    let seen = gate(&aws, Moment::Before, Verdict::Lose, usize::MAX);
    let lost = put(&client, "alrt_1", "RECEIVED").send().await.expect_err("never arrives");
    assert!(lost.as_service_error().is_none(), "{lost:?}");
    assert_eq!(calls(&seen).len(), 3);
    aws.set_gate(None);
    assert_eq!(state(&client, "alrt_1").await, None);
}

#[tokio::test]
async fn a_held_call_is_done_or_not_and_never_ends() {
    for (moment, then) in [(Moment::Before, None), (Moment::After, Some("RECEIVED"))] {
        let aws = in_memory();
        let client = with_table(&aws).await;
        gate(&aws, moment, Verdict::Hold, 1);
        let held = tokio::spawn(put(&client, "alrt_1", "RECEIVED").send());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!held.is_finished());
        held.abort();
        aws.set_gate(None);
        assert_eq!(state(&client, "alrt_1").await.as_deref(), then, "{moment}");
    }
}

#[tokio::test]
async fn throttling_is_retried_and_then_told() {
    let aws = in_memory();
    let client = with_table(&aws).await;
    let seen = gate(&aws, Moment::Before, Verdict::Throttle, 3);
    let refused = put(&client, "alrt_1", "RECEIVED")
        .send()
        .await
        .expect_err("three times")
        .into_service_error();
    assert!(refused.is_provisioned_throughput_exceeded_exception(), "{refused:?}");
    assert_eq!(calls(&seen).len(), 3);
    gate(&aws, Moment::Before, Verdict::Throttle, 1);
    put(&client, "alrt_1", "RECEIVED").send().await.expect("the second try");
    let sqs = aws.sqs();
    let seen = gate(&aws, Moment::Before, Verdict::Throttle, 3);
    let refused = sqs
        .get_queue_url()
        .queue_name("refund")
        .send()
        .await
        .expect_err("three times")
        .into_service_error();
    assert!(refused.is_request_throttled(), "{refused:?}");
    assert_eq!(calls(&seen), ["before sqs GetQueueUrl refund"; 3]);
}

#[tokio::test]
async fn a_conflict_is_told_in_the_words_of_its_call() {
    let aws = in_memory();
    let client = with_table(&aws).await;
    let seen = gate(&aws, Moment::Before, Verdict::Conflict, usize::MAX);
    let refused =
        put(&client, "alrt_1", "RECEIVED").send().await.expect_err("held").into_service_error();
    assert!(refused.is_transaction_conflict_exception(), "{refused:?}");
    let item =
        Put::builder().table_name(TABLE).item("PK", text("alrt_1")).item("SK", text("ALERT"));
    let write = TransactWriteItem::builder().put(item.build().expect("a whole put")).build();
    let refused = client.transact_write_items().transact_items(write).send().await;
    assert_eq!(reasons(refused.expect_err("held")), ["TransactionConflict"]);
    assert!(calls(&seen).contains(&"before dynamodb TransactWriteItems alrt_1/ALERT".to_owned()));
    assert_eq!(state(&client, "alrt_1").await, None, "a read passes");
}

/// Gives a verdict at a moment so many times, and writes down all it sees.
fn gate(aws: &tests::aws::LocalAws, at: Moment, verdict: Verdict, times: usize) -> Seen {
    let (seen, left) = (Seen::default(), Mutex::new(times));
    let written = Arc::clone(&seen);
    aws.set_gate(Some(Arc::new(move |call, moment| {
        written.lock().expect("unpoisoned").push(format!("{moment} {call}"));
        let mut left = left.lock().expect("unpoisoned");
        if moment != at || *left == 0 {
            return Verdict::Pass;
        }
        *left -= 1;
        verdict
    })));
    seen
}

fn calls(seen: &Seen) -> Vec<String> {
    seen.lock().expect("unpoisoned").clone()
}

use std::sync::atomic::Ordering;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
    SendMessageBatchResultEntry,
};
use tests::aws::{Depth, LocalAws, QueueSettings};

use super::{clock, directory, in_memory};

#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout_then_dead_lettered() {
    let (hand, clock) = clock();
    let aws = LocalAws::memory(clock);
    let sqs = aws.sqs();
    let url = matching_queue(&sqs).await;
    let sent =
        sqs.send_message().queue_url(&url).message_body("hello").send().await.expect("it is sent");
    assert_eq!(sent.md5_of_message_body(), Some("5d41402abc4b2a76b9719d911017c592"));
    for times in ["1", "2"] {
        let receive = sqs.receive_message().queue_url(&url).max_number_of_messages(10);
        let received =
            receive.message_system_attribute_names(MessageSystemAttributeName::All).send().await;
        let received = received.expect("it is received").messages.expect("a list");
        let attributes = received[0].attributes.as_ref().expect("attributes");
        assert_eq!(attributes[&MessageSystemAttributeName::ApproximateReceiveCount], times);
        assert_eq!(aws.queues().receive("matching", 10), [], "in flight");
        hand.fetch_add(60_000, Ordering::SeqCst);
    }
    assert_eq!(aws.queues().receive("matching", 10), [], "redriven");
    assert_eq!(aws.queues().messages("matching-dead")[0].body, "hello");
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_a_stale_receipt_deletes_nothing() {
    let (hand, clock) = clock();
    let aws = LocalAws::memory(clock);
    let sqs = aws.sqs();
    let url = matching_queue(&sqs).await;
    aws.queues().send("matching", "hello");
    let first = aws.queues().receive("matching", 1).remove(0);
    hand.fetch_add(60_000, Ordering::SeqCst);
    let second = aws.queues().receive("matching", 1).remove(0);
    let delete =
        |receipt: &str| sqs.delete_message().queue_url(&url).receipt_handle(receipt).send();
    delete(&first.receipt).await.expect("accepted, as on AWS");
    assert_eq!(aws.queues().depth("matching"), Depth { in_flight: 1, ..Depth::default() });
    delete(&second.receipt).await.expect("it is deleted");
    assert_eq!(aws.queues().depth("matching").total(), 0);
    let refused = delete("nonsense").await.expect_err("no receipt").into_service_error();
    assert!(refused.is_receipt_handle_is_invalid(), "{refused:?}");
}

#[tokio::test]
async fn a_batch_says_of_each_entry_how_it_went() {
    let aws = in_memory();
    let sqs = aws.sqs();
    let url = matching_queue(&sqs).await;
    let entry = |id: &str, body: &str| {
        SendMessageBatchRequestEntry::builder()
            .id(id)
            .message_body(body)
            .build()
            .expect("a whole entry")
    };
    let send = |entries| sqs.send_message_batch().queue_url(&url).set_entries(Some(entries)).send();
    aws.queues().refuse_next_entries(1);
    let entries = vec![entry("a", "one"), entry("b", "two"), entry("c", "bad \u{1} character")];
    let done = send(entries).await.expect("the call succeeds");
    assert_eq!(
        done.successful().iter().map(SendMessageBatchResultEntry::id).collect::<Vec<_>>(),
        ["b"]
    );
    let failed: Vec<_> =
        done.failed().iter().map(|entry| (entry.id(), entry.sender_fault())).collect();
    assert_eq!(failed, [("a", false), ("c", true)]);
    let eleven = (0..11).map(|n| entry(&n.to_string(), "x")).collect();
    let refused = send(eleven).await.expect_err("too many").into_service_error();
    assert!(refused.is_too_many_entries_in_batch_request(), "{refused:?}");
    let large = "x".repeat(200 * 1024);
    let refused = send(vec![entry("a", &large), entry("b", &large)])
        .await
        .expect_err("too long")
        .into_service_error();
    assert!(refused.is_batch_request_too_long(), "{refused:?}");
}

#[tokio::test]
async fn a_delay_and_a_release_move_the_moment_of_the_next_receive() {
    let (hand, clock) = clock();
    let aws = LocalAws::memory(clock);
    let sqs = aws.sqs();
    let url = matching_queue(&sqs).await;
    sqs.send_message()
        .queue_url(&url)
        .message_body("later")
        .delay_seconds(5)
        .send()
        .await
        .expect("it is sent");
    let now = hand.load(Ordering::SeqCst);
    assert_eq!(aws.queues().depth("matching").delayed, 1);
    assert_eq!(aws.queues().next_visible_at("matching"), Some(now + 5_000));
    hand.fetch_add(5_000, Ordering::SeqCst);
    let received = aws.queues().receive("matching", 1).remove(0);
    let change = sqs.change_message_visibility().queue_url(&url).receipt_handle(&received.receipt);
    change.visibility_timeout(300).send().await.expect("it is hidden longer");
    assert_eq!(aws.queues().next_visible_at("matching"), Some(now + 305_000));
    assert!(aws.queues().release(&received.receipt));
    assert!(!aws.queues().release(&received.receipt), "no longer in flight");
    let again = aws.queues().receive("matching", 1).remove(0);
    assert_eq!((again.id, again.receive_count), (received.id, 2));
    assert_eq!(aws.queues().release_all_in_flight(), 1);
    assert_eq!(aws.queues().next_visible_at("matching-dead"), Some(now + 5_000), "received twice");
}

#[tokio::test]
async fn attributes_tell_what_a_queue_holds_and_a_missing_queue_is_refused() {
    let aws = in_memory();
    let sqs = aws.sqs();
    let url = matching_queue(&sqs).await;
    assert_eq!(matching_queue(&sqs).await, url, "making it again is no error");
    aws.queues().send("matching", "hello");
    let ask = sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All);
    let told = ask.send().await.expect("it is told").attributes.expect("attributes");
    assert_eq!(told[&QueueAttributeName::ApproximateNumberOfMessages], "1");
    assert_eq!(told[&QueueAttributeName::VisibilityTimeout], "60");
    let refused = sqs
        .get_queue_url()
        .queue_name("nowhere")
        .send()
        .await
        .expect_err("none")
        .into_service_error();
    assert!(refused.is_queue_does_not_exist(), "{refused:?}");
}

#[test]
fn queues_survive_a_restart() {
    let dir = directory("queues");
    let settings = QueueSettings { visibility_ms: 60_000, ..QueueSettings::default() };
    let id = {
        let aws = LocalAws::open(&dir, clock().1).expect("a new directory");
        aws.queues().declare("refund", &settings);
        let id = aws.queues().send("refund", "alrt_1");
        assert_eq!(aws.queues().receive("refund", 1).len(), 1);
        id
    };
    let aws = LocalAws::open(&dir, clock().1).expect("the same directory");
    assert_eq!(aws.queues().settings("refund"), Some(settings));
    assert_eq!(aws.queues().depth("refund").in_flight, 1);
    assert_eq!(aws.queues().release_all_in_flight(), 1);
    assert_eq!(aws.queues().receive("refund", 1)[0].id, id);
    std::fs::remove_dir_all(dir).expect("the directory goes");
}

async fn matching_queue(sqs: &Client) -> String {
    sqs.create_queue().queue_name("matching-dead").send().await.expect("the dead-letter queue");
    let policy = concat!(
        r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:matching-dead","#,
        r#""maxReceiveCount":"2"}"#
    );
    let create = sqs.create_queue().queue_name("matching");
    let create = create.attributes(QueueAttributeName::VisibilityTimeout, "60");
    let create = create.attributes(QueueAttributeName::RedrivePolicy, policy);
    create.send().await.expect("the queue").queue_url.expect("its address")
}

//! The local AWS answers the real SDK as AWS does, remembers through restarts, and fails on demand.

mod faults;
mod keys;
mod queues;
mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
};
use tests::aws::{Clock, LocalAws};

const TABLE: &str = "forestall";
const START_MS: i64 = 1_790_000_000_000;

/// A clock and the hand that moves it.
fn clock() -> (Arc<AtomicI64>, Clock) {
    let hand = Arc::new(AtomicI64::new(START_MS));
    let shown = Arc::clone(&hand);
    (hand, Arc::new(move || shown.load(Ordering::SeqCst)))
}

fn in_memory() -> LocalAws {
    LocalAws::memory(clock().1)
}

/// An empty directory of this test's own.
fn directory(test: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("forestall-{test}-{}", std::process::id()));
    if dir.exists() {
        std::fs::remove_dir_all(&dir).expect("the old directory goes");
    }
    dir
}

async fn with_table(aws: &LocalAws) -> aws_sdk_dynamodb::Client {
    let client = aws.dynamodb();
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewAndOldImages);
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(["PK", "SK", "due"].map(text_attribute).to_vec()))
        .set_key_schema(Some(vec![key("PK", KeyType::Hash), key("SK", KeyType::Range)]))
        .global_secondary_indexes(due_index())
        .stream_specification(stream.build().expect("a whole specification"))
        .send()
        .await
        .expect("the table is made");
    client
}

fn due_index() -> GlobalSecondaryIndex {
    GlobalSecondaryIndex::builder()
        .index_name("due")
        .set_key_schema(Some(vec![key("due", KeyType::Hash), key("PK", KeyType::Range)]))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
        .build()
        .expect("a whole index")
}

fn text_attribute(name: &str) -> AttributeDefinition {
    let attribute =
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
    attribute.build().expect("a whole definition")
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("a whole key")
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// A put of an alert's item with a state.
fn put(client: &aws_sdk_dynamodb::Client, id: &str, state: &str) -> PutItemFluentBuilder {
    client
        .put_item()
        .table_name(TABLE)
        .item("PK", text(id))
        .item("SK", text("ALERT"))
        .item("state", text(state))
}

/// The state an alert's item has now.
async fn state(client: &aws_sdk_dynamodb::Client, id: &str) -> Option<String> {
    let get = client.get_item().table_name(TABLE).key("PK", text(id)).key("SK", text("ALERT"));
    let item = get.send().await.expect("the item is read").item?;
    item["state"].as_s().ok().cloned()
}

/// The state of the item because of which a put was refused.
fn state_in_the_way(error: SdkError<PutItemError>) -> AttributeValue {
    match error.into_service_error() {
        PutItemError::ConditionalCheckFailedException(refused) => {
            refused.item().expect("the old item")["state"].clone()
        }
        other => panic!("no condition failed: {other:?}"),
    }
}

/// What a cancelled transaction says of each of its items.
fn reasons(error: SdkError<TransactWriteItemsError>) -> Vec<String> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) =
        error.into_service_error()
    else {
        panic!("it was not cancelled");
    };
    cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code.clone()).collect()
}

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use serde_json::Value;
use tests::aws::LocalAws;

use super::{
    TABLE, clock, directory, in_memory, put, reasons, state, state_in_the_way, text, with_table,
};

#[tokio::test]
async fn a_refused_condition_gives_the_item_that_is_there() {
    let client = with_table(&in_memory()).await;
    put(&client, "alrt_1", "RECEIVED").send().await.expect("the first put");
    let refused = put(&client, "alrt_1", "AGAIN")
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .expect_err("the item exists");
    assert_eq!(state_in_the_way(refused), text("RECEIVED"));
    assert_eq!(state(&client, "alrt_1").await.as_deref(), Some("RECEIVED"));
}

#[tokio::test]
async fn a_transaction_is_whole_or_nothing_and_says_which_item_refused() {
    let client = with_table(&in_memory()).await;
    put(&client, "alrt_1", "RECEIVED").send().await.expect("the first put");
    let write = |id: &str| {
        let put = Put::builder().table_name(TABLE).item("PK", text(id)).item("SK", text("ALERT"));
        let put = put.item("state", text("NEW")).condition_expression("attribute_not_exists(PK)");
        TransactWriteItem::builder().put(put.build().expect("a whole put")).build()
    };
    let both = client
        .transact_write_items()
        .transact_items(write("alrt_2"))
        .transact_items(write("alrt_1"));
    let cancelled = both.send().await.expect_err("the second exists");
    assert_eq!(reasons(cancelled), ["None", "ConditionalCheckFailed"]);
    assert_eq!(state(&client, "alrt_2").await, None);
    client
        .transact_write_items()
        .transact_items(write("alrt_2"))
        .send()
        .await
        .expect("alone it passes");
    assert_eq!(state(&client, "alrt_2").await.as_deref(), Some("NEW"));
}

#[tokio::test]
async fn an_index_lists_in_its_order() {
    let client = with_table(&in_memory()).await;
    for (id, due) in [("alrt_2", "0"), ("alrt_1", "0"), ("alrt_3", "1")] {
        put(&client, id, "RECEIVED").item("due", text(due)).send().await.expect("the put");
    }
    let query =
        client.query().table_name(TABLE).index_name("due").key_condition_expression("due = :shard");
    let found =
        query.expression_attribute_values(":shard", text("0")).send().await.expect("the query");
    let ids: Vec<_> = found.items().iter().map(|item| item["PK"].as_s().expect("text")).collect();
    assert_eq!(ids, ["alrt_1", "alrt_2"]);
}

#[tokio::test]
async fn the_stream_gives_each_change_until_it_is_committed() {
    let aws = in_memory();
    let client = with_table(&aws).await;
    put(&client, "alrt_1", "RECEIVED").send().await.expect("the insert");
    put(&client, "alrt_1", "MATCHED").send().await.expect("the change");
    let delete =
        client.delete_item().table_name(TABLE).key("PK", text("alrt_1")).key("SK", text("ALERT"));
    delete.send().await.expect("the removal");
    let records = aws.stream().next(10);
    let names: Vec<_> = records.iter().map(|record| &record["eventName"]).collect();
    assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
    let change = &records[1];
    assert_eq!(change["eventSource"], "aws:dynamodb");
    assert_eq!(change["dynamodb"]["Keys"]["PK"]["S"], "alrt_1");
    assert_eq!(change["dynamodb"]["OldImage"]["state"]["S"], "RECEIVED");
    assert_eq!(change["dynamodb"]["NewImage"]["state"]["S"], "MATCHED");
    assert_eq!(aws.stream().next(10), records, "reading alone moves nothing");
    aws.stream().commit(sequence(&records[0]));
    assert_eq!(aws.stream().next(1), records[1..2]);
    aws.stream().commit(sequence(&records[2]));
    assert_eq!(aws.stream().next(10), Vec::<Value>::new());
}

#[tokio::test]
async fn table_and_stream_position_survive_a_restart() {
    let dir = directory("table");
    let committed = {
        let aws = LocalAws::open(&dir, clock().1).expect("a new directory");
        let client = with_table(&aws).await;
        put(&client, "alrt_1", "RECEIVED").send().await.expect("the insert");
        put(&client, "alrt_1", "MATCHED").send().await.expect("the change");
        let first = aws.stream().next(1).remove(0);
        aws.stream().commit(sequence(&first));
        sequence(&first).to_owned()
    };
    let aws = LocalAws::open(&dir, clock().1).expect("the same directory");
    assert_eq!(aws.stream().position(), Some(committed));
    assert_eq!(state(&aws.dynamodb(), "alrt_1").await.as_deref(), Some("MATCHED"));
    put(&aws.dynamodb(), "alrt_1", "DECIDED").send().await.expect("another change");
    let rest = aws.stream().next(10);
    let states: Vec<_> =
        rest.iter().map(|record| &record["dynamodb"]["NewImage"]["state"]["S"]).collect();
    assert_eq!(states, ["MATCHED", "DECIDED"]);
    std::fs::remove_dir_all(dir).expect("the directory goes");
}

fn sequence(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().expect("a sequence number")
}

//! The table of the template is the table that all other tests run on.

use aws_sdk_dynamodb::types::{KeySchemaElement, TableDescription};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use tests::aws::LocalAws;

use super::load::Template;

#[tokio::test]
async fn the_table_is_the_one_that_the_tests_run_on() {
    let aws = LocalAws::memory(Arc::new(|| Timestamp::UNIX_EPOCH.as_millisecond()));
    let client = aws.dynamodb();
    tests::world::table::create_table(&client, "forestall").await;
    let made = client
        .describe_table()
        .table_name("forestall")
        .send()
        .await
        .expect("the table")
        .table
        .expect("its description");
    let template = Template::read();
    let table = template.properties("Table");
    assert_eq!(table["KeySchema"], keys(made.key_schema()));
    assert_eq!(indexes_of(&table["GlobalSecondaryIndexes"]), indexes(&made));
    assert_eq!(table["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(
        table["TimeToLiveSpecification"],
        json!({ "AttributeName": store::keys::EXPIRES, "Enabled": true })
    );
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
}

fn keys(schema: &[KeySchemaElement]) -> Value {
    let described = |part: &KeySchemaElement| {
        json!({
            "AttributeName": part.attribute_name(), "KeyType": part.key_type().as_str()
        })
    };
    schema.iter().map(described).collect()
}

/// Name, keys and what is carried, in an order of their own.
fn indexes_of(template: &Value) -> Vec<(String, Value, Vec<String>)> {
    let indexes = template.as_array().expect("indexes").iter().map(|index| {
        let carried = index["Projection"]["NonKeyAttributes"].as_array().into_iter().flatten();
        let carried = carried.map(|name| name.as_str().unwrap_or_default().to_owned()).collect();
        (
            index["IndexName"].as_str().unwrap_or_default().to_owned(),
            index["KeySchema"].clone(),
            sorted(carried),
        )
    });
    let mut indexes: Vec<_> = indexes.collect();
    indexes.sort_by(|a, b| a.0.cmp(&b.0));
    indexes
}

fn indexes(made: &TableDescription) -> Vec<(String, Value, Vec<String>)> {
    let mut indexes: Vec<_> = made
        .global_secondary_indexes()
        .iter()
        .map(|index| {
            let carried = index
                .projection()
                .map(|projection| projection.non_key_attributes().to_vec())
                .unwrap_or_default();
            (
                index.index_name().unwrap_or_default().to_owned(),
                keys(index.key_schema()),
                sorted(carried),
            )
        })
        .collect();
    indexes.sort_by(|a, b| a.0.cmp(&b.0));
    indexes
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

//! The table as `infra/template.yaml` makes it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
    TimeToLiveSpecification,
};
use store::keys;

/// Makes the table, with its stream, its two indexes and its time to live.
///
/// # Panics
/// If the table cannot be made.
pub async fn create_table(client: &Client, name: &str) {
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewAndOldImages);
    let create = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    let texts =
        [keys::PK, keys::SK, keys::LIST, keys::LISTED, keys::DUE, keys::DUE_AT].map(text).to_vec();
    let create = create
        .set_attribute_definitions(Some(texts))
        .set_key_schema(Some(key_of(keys::PK, keys::SK)));
    let create =
        create.global_secondary_indexes(list_index()).global_secondary_indexes(due_index());
    let create = create.stream_specification(stream.build().expect("a whole specification"));
    create.send().await.expect("the table is made");
    let expiry = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name(keys::EXPIRES)
        .build()
        .expect("a whole specification");
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(expiry)
        .send()
        .await
        .expect("items can expire");
}

fn list_index() -> GlobalSecondaryIndex {
    let carried = vec![store::facts::FACTS.to_owned()]; // what lists filter on and sort by
    let projection = Projection::builder()
        .projection_type(ProjectionType::Include)
        .set_non_key_attributes(Some(carried))
        .build();
    index(keys::LIST_INDEX, key_of(keys::LIST, keys::LISTED), projection)
}

fn due_index() -> GlobalSecondaryIndex {
    let projection = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
    index(keys::DUE_INDEX, key_of(keys::DUE, keys::DUE_AT), projection)
}

fn index(name: &str, key: Vec<KeySchemaElement>, projection: Projection) -> GlobalSecondaryIndex {
    let index = GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key))
        .projection(projection);
    index.build().expect("a whole index")
}

fn key_of(hash: &str, range: &str) -> Vec<KeySchemaElement> {
    let part = |name: &str, kind: KeyType| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .expect("a whole key")
    };
    vec![part(hash, KeyType::Hash), part(range, KeyType::Range)]
}

fn text(name: &str) -> AttributeDefinition {
    let attribute =
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
    attribute.build().expect("a whole definition")
}

//! `DynamoDB`: each call of its protocol, run on the in-process database.

use std::path::Path;

use dynoxide::storage_backend::ManualClock;
use dynoxide::{Database, DynoxideError, ImportOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Clock;
use super::answer::Answer;

/// The tables.
pub(super) struct Dynamo {
    database: Database,
    time: Option<(Clock, ManualClock)>,
}

impl Dynamo {
    /// In memory, by the given clock.
    pub(super) fn memory(clock: Clock) -> Result<Self, DynoxideError> {
        let hands = ManualClock::new(seconds(&clock));
        let database = Database::memory_with_clock(hands.arc())?;
        Ok(Self { database, time: Some((clock, hands)) })
    }

    /// In a file. The library gives such a database the system's clock: its streams' times and
    /// times to live go by that.
    pub(super) fn open(path: &Path) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let database = Database::new(path.to_str().ok_or("the path is not text")?)?;
        // as the ledger: its commits wait for no disk, and outlast a killed process
        database.disable_bulk_loading()?;
        // The library looks through all records at each write and each read of a stream; by an
        // index it finds them.
        rusqlite::Connection::open(path)?.execute_batch(STREAM_INDEX)?;
        Ok(Self { database, time: None })
    }

    /// A handle of the same database.
    pub(super) fn database(&self) -> Database {
        self.database.clone()
    }

    /// Answers one call.
    pub(super) fn run(&self, operation: &str, body: &str) -> Answer {
        self.set_hands();
        match dispatch(&self.database, operation, body) {
            Ok(answer) => Answer::with(200, answer),
            Err(error) => Answer::with(error.status_code(), error.to_json()),
        }
    }

    /// Puts items into a table in one transaction, beside its stream.
    pub(super) fn import(
        &self,
        table: &str,
        items: Vec<store::table::TableItem>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let read =
            |item| serde_json::from_value(serde_json::to_value(serde_dynamo::Item::from(item))?);
        let items = items.into_iter().map(read).collect::<Result<_, serde_json::Error>>()?;
        self.database.import_items(table, items, ImportOptions::default())?;
        Ok(())
    }

    /// Removes what has outlived its time to live.
    pub(super) fn expire_items(&self) -> Result<usize, DynoxideError> {
        self.set_hands();
        self.database.sweep_ttl()
    }

    /// What a call is about: the keys of its items, as `alrt_1/ALERT+alrt_1/NOTE`, or its index.
    pub(super) fn subject(&self, body: &str) -> String {
        let request: Value = serde_json::from_str(body).unwrap_or_default();
        let mut keys = Vec::new();
        self.collect_keys(&request, &mut keys);
        if let Some(index) = request["IndexName"].as_str() {
            keys.push(index.to_owned());
        }
        keys.join("+")
    }

    fn set_hands(&self) {
        if let Some((clock, hands)) = &self.time {
            hands.set(seconds(clock));
        }
    }

    fn collect_keys(&self, request: &Value, keys: &mut Vec<String>) {
        if let Some(table) = request["TableName"].as_str() {
            keys.extend(self.key_of(table, request));
        }
        for action in request["TransactItems"].as_array().into_iter().flatten() {
            let inner = action.as_object().and_then(|action| action.values().next());
            keys.extend(inner.and_then(|inner| self.key_of(inner["TableName"].as_str()?, inner)));
        }
        for (table, batch) in request["RequestItems"].as_object().into_iter().flatten() {
            for write in batch.as_array().into_iter().flatten() {
                let inner = write.as_object().and_then(|write| write.values().next());
                keys.extend(inner.and_then(|inner| self.key_of(table, inner)));
            }
            for key in batch["Keys"].as_array().into_iter().flatten() {
                keys.extend(self.key_of(table, &json!({ "Key": key })));
            }
        }
    }

    fn key_of(&self, table: &str, request: &Value) -> Option<String> {
        let item = request.get("Key").or_else(|| request.get("Item"))?;
        let schema = self.database.get_table_metadata(table).ok()??.key_schema;
        let schema: Vec<Value> = serde_json::from_str(&schema).ok()?;
        let part = |name: &Value| {
            let value = item[name["AttributeName"].as_str()?].as_object()?.values().next()?;
            value.as_str().map(str::to_owned)
        };
        Some(schema.iter().filter_map(part).collect::<Vec<_>>().join("/"))
    }
}

/// The answer of a `DynamoDB` in which another transaction holds the item; nothing for calls that
/// cannot conflict.
pub(super) fn conflict(operation: &str, body: &str) -> Option<Answer> {
    let request: Value = serde_json::from_str(body).unwrap_or_default();
    match operation {
        "TransactWriteItems" | "TransactGetItems" => {
            Some(cancelled(request["TransactItems"].as_array().map_or(0, Vec::len)))
        }
        "PutItem" | "UpdateItem" | "DeleteItem" => Some(Answer::refused(
            "com.amazonaws.dynamodb.v20120810#TransactionConflictException",
            CONFLICT_MESSAGE,
        )),
        _ => None,
    }
}

const STREAM_INDEX: &str = "CREATE INDEX IF NOT EXISTS stream_records_in_order
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";
const CONFLICT_MESSAGE: &str = "Transaction is ongoing for the item";

fn seconds(clock: &Clock) -> u64 {
    u64::try_from(clock() / 1000).unwrap_or_default()
}

fn dispatch(db: &Database, operation: &str, body: &str) -> Result<String, DynoxideError> {
    match operation {
        "PutItem" => call(body, |r| db.put_item(r)),
        "GetItem" => call(body, |r| db.get_item(r)),
        "UpdateItem" => call(body, |r| db.update_item(r)),
        "DeleteItem" => call(body, |r| db.delete_item(r)),
        "Query" => call(body, |r| db.query(r)),
        "Scan" => call(body, |r| db.scan(r)),
        "BatchGetItem" => call(body, |r| db.batch_get_item(r)),
        "BatchWriteItem" => call(body, |r| db.batch_write_item(r)),
        "TransactWriteItems" => call(body, |r| db.transact_write_items(r)),
        "TransactGetItems" => call(body, |r| db.transact_get_items(r)),
        "CreateTable" => call(body, |r| db.create_table(r)),
        "DescribeTable" => call(body, |r| db.describe_table(r)),
        "UpdateTable" => call(body, |r| db.update_table(r)),
        "DeleteTable" => call(body, |r| db.delete_table(r)),
        "ListTables" => call(body, |r| db.list_tables(r)),
        "UpdateTimeToLive" => call(body, |r| db.update_time_to_live(r)),
        "DescribeTimeToLive" => call(body, |r| db.describe_time_to_live(r)),
        "ListStreams" => call(body, |r| db.list_streams(r)),
        "DescribeStream" => call(body, |r| db.describe_stream(r)),
        "GetShardIterator" => call(body, |r| db.get_shard_iterator(r)),
        "GetRecords" => call(body, |r| db.get_records(r)),
        other => Err(DynoxideError::ValidationException(format!("{other} is not served here"))),
    }
}

fn call<I: DeserializeOwned, O: Serialize>(
    body: &str,
    run: impl FnOnce(I) -> Result<O, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_str(body).map_err(|error| unreadable(&error.to_string()))?;
    let answer = run(request)?;
    serde_json::to_string(&answer)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The library marks the messages of its own checks with the class of their error.
fn unreadable(text: &str) -> DynoxideError {
    let class = ["VALIDATION_REQUEST:", "VALIDATION:", "SERIALIZATION:"];
    let message = class.iter().find_map(|class| text.strip_prefix(class)).unwrap_or(text);
    DynoxideError::ValidationException(message.to_owned())
}

fn cancelled(items: usize) -> Answer {
    let mut reasons = vec![json!({"Code": "None"}); items];
    if let Some(first) = reasons.first_mut() {
        *first = json!({"Code": "TransactionConflict", "Message": CONFLICT_MESSAGE});
    }
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons \
         [TransactionConflict]",
        "CancellationReasons": reasons,
    });
    Answer::with(400, body.to_string())
}

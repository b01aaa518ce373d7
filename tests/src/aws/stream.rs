//! The table's stream, as an event source mapping reads it: from a kept position on.

use dynoxide::Database;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::list_streams::ListStreamsRequest;
use dynoxide::streams::shard_id;
use rusqlite::OptionalExtension;
use serde_json::{Value, json};

use super::ledger::Ledger;

/// The stream of the one table that has one.
pub struct Stream {
    database: Database,
    ledger: Ledger,
}

impl Stream {
    pub(super) fn new(database: Database, ledger: Ledger) -> Self {
        Self { database, ledger }
    }

    /// Up to `max` records after the position, in the shape Lambda gets them; the position stays
    /// where it is.
    ///
    /// # Panics
    /// If the stream cannot be read.
    #[must_use]
    pub fn next(&self, max: usize) -> Vec<Value> {
        let Some((arn, table)) = self.source() else { return Vec::new() };
        let records = self.records(&arn, &table, max).expect("the stream is readable");
        records.into_iter().map(|record| as_lambda_gets_it(record, &arn)).collect()
    }

    /// Moves the position behind a record, by its `SequenceNumber`: it is not given again.
    pub fn commit(&self, sequence: &str) {
        self.ledger.run(|db| {
            db.execute(
                "INSERT INTO positions VALUES ('table', ?1)
                 ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence",
                [sequence],
            )
        });
    }

    /// The last record that was committed, by its `SequenceNumber`.
    #[must_use]
    pub fn position(&self) -> Option<String> {
        self.ledger.run(|db| {
            db.query_row("SELECT sequence FROM positions WHERE stream = 'table'", [], |row| {
                row.get(0)
            })
            .optional()
        })
    }

    fn source(&self) -> Option<(String, String)> {
        let streams = self.database.list_streams(ListStreamsRequest::default()).ok()?.streams;
        streams.into_iter().next().map(|stream| (stream.stream_arn, stream.table_name))
    }

    fn records(&self, arn: &str, table: &str, max: usize) -> dynoxide::Result<Vec<Value>> {
        let position = self.position();
        let kind = if position.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" };
        let iterator = self.database.get_shard_iterator(GetShardIteratorRequest {
            stream_arn: arn.to_owned(),
            shard_id: shard_id(table),
            shard_iterator_type: kind.to_owned(),
            sequence_number: position,
        })?;
        let page = self.database.get_records(GetRecordsRequest {
            shard_iterator: iterator.shard_iterator.unwrap_or_default(),
            limit: Some(max),
        })?;
        Ok(page.records.iter().map(|record| json!(record)).collect())
    }
}

fn as_lambda_gets_it(mut record: Value, arn: &str) -> Value {
    record["eventSourceARN"] = json!(arn);
    record["awsRegion"] = json!(super::transport::REGION);
    record
}

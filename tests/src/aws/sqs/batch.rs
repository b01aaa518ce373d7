//! Batches: up to ten entries, each with its own result.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::wire::{Entry, Refusal};

/// Refuses a batch that is wrong as a whole.
pub(super) fn check(entries: &[Entry]) -> Result<(), Refusal> {
    let ids: BTreeSet<_> = entries.iter().map(|entry| &entry.id).collect();
    let bytes: usize = entries.iter().map(|entry| entry.message_body.len()).sum();
    let refusal = |code, query_code| Err(Refusal::named(code, query_code, "the batch is refused"));
    match () {
        () if entries.is_empty() => {
            refusal("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest")
        }
        () if entries.len() > MAX_BATCH => refusal(
            "TooManyEntriesInBatchRequest",
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        ),
        () if ids.len() < entries.len() => {
            refusal("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
        }
        () if bytes > MAX_BYTES => {
            refusal("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong")
        }
        () => Ok(()),
    }
}

/// Does each entry, and says of each how it went.
pub(super) fn run(
    entries: &[Entry],
    mut each: impl FnMut(&Entry) -> Result<Value, Refusal>,
) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match each(entry) {
            Ok(mut done) => {
                done["Id"] = json!(entry.id);
                successful.push(done);
            }
            Err(refusal) => failed.push(refusal.of_entry(&entry.id)),
        }
    }
    json!({ "Successful": successful, "Failed": failed })
}

/// The limit of a message and of a batch that every region and every older queue has.
pub(super) const MAX_BYTES: usize = 256 * 1024;
const MAX_BATCH: usize = 10;

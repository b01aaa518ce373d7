//! What rings for the operator while a test plays: none of it may be rung by what a tenant can send
//! at will.

use tests::world::logs::{Log, watch};
use tests::world::{STAGES, queue_name};
use tracing::instrument::WithSubscriber;

use crate::template::alarms::SENTENCES;

/// What came of it, and the alarms that rang meanwhile.
pub async fn rung<F: Future>(played: F) -> (F::Output, Vec<String>) {
    watch();
    let log = Log::default();
    let done = Box::pin(played.with_subscriber(log.subscriber())).await;
    let messages =
        log.errors().into_iter().filter_map(|fields| fields["message"].as_str().map(str::to_owned));
    (
        done,
        messages
            .filter(|message| SENTENCES.iter().any(|begins| message.starts_with(begins)))
            .collect(),
    )
}

/// Whether nothing gave up in a queue.
pub fn no_dead_letters(world: &tests::world::World) -> bool {
    STAGES
        .map(queue_name)
        .iter()
        .all(|stage| world.aws.queues().depth(&format!("{stage}-dead-letters")).visible == 0)
}

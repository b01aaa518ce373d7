//! World's queues: one for each stage, with its dead letters.

use std::collections::HashMap;
use std::time::Duration;

use domain::alert::pipeline::PipelineStage;

use crate::aws::{LocalAws, QueueSettings};

/// How often a message is received before it is a dead letter.
pub const MOST_RECEIVES: u32 = 10;
/// The queue that SES's events come by.
pub const MAIL_EVENTS: &str = "mail-events";
/// The stages, in the order in which alerts pass them.
pub const STAGES: [PipelineStage; 9] = PipelineStage::ALL;

/// A queue's name.
#[must_use]
pub const fn queue_name(stage: PipelineStage) -> &'static str {
    stage.as_str()
}

/// Makes all queues; where they are, by stage.
pub(super) fn declare(aws: &LocalAws, visibility: Duration) -> HashMap<PipelineStage, String> {
    let visibility_ms = i64::try_from(visibility.as_millis()).expect("a visibility that fits");
    let make = |stage: PipelineStage| {
        let (name, dead) = (queue_name(stage), format!("{}-dead-letters", queue_name(stage)));
        aws.queues().declare(&dead, &QueueSettings::default());
        aws.queues().declare(
            name,
            &QueueSettings {
                visibility_ms,
                redrive: Some((dead, MOST_RECEIVES)),
                ..QueueSettings::default()
            },
        );
        aws.queues().release_all_in_flight(); // whoever had them is gone
        (stage, format!("http://sqs/000000000000/{name}"))
    };
    aws.queues().declare(&format!("{MAIL_EVENTS}-dead-letters"), &QueueSettings::default());
    let redrive = Some((format!("{MAIL_EVENTS}-dead-letters"), 10));
    aws.queues().declare(
        MAIL_EVENTS,
        &QueueSettings { visibility_ms, redrive, ..QueueSettings::default() },
    );
    STAGES.into_iter().map(make).collect()
}

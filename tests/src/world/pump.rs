//! What AWS does between functions: streams and queues are read, timers tick, and what fails comes
//! back.

use jiff::{SignedDuration, Timestamp};
use runtime::stream::TableWrites;
use runtime::worker::{BatchResponse, MessageBatch};
use runtime::{MessageJob, PipelineMessage, stream, worker};
use serde_json::{Value, json};

use super::filter::reaches_relay;
use super::{MAIL_EVENTS, STAGES, TABLE, World, queue_name};
use crate::aws;
use crate::mapping::StageMapping;
use domain::alert::pipeline::PipelineStage;

/// How many writes the relay is given at once.
const WRITES: usize = 25;
/// So many events in a row that were due before: whatever is due is not being done.
const STUCK: u32 = 200;

impl World {
    /// Lets everything happen that can happen now, without time passing.
    pub async fn settle(&self) {
        self.faults.watch(true);
        while self.turn().await {}
        self.faults.watch(false);
    }

    /// Lets time pass until a time, with everything that falls due on the way.
    pub async fn run_until(&self, end: Timestamp) {
        self.settle().await;
        let mut stuck = 0;
        while let Some(next) = self.next_event().await.filter(|at| *at <= end) {
            stuck = if next <= self.clock.now() { stuck + 1 } else { 0 };
            assert!(stuck < STUCK, "something has been due since {next} and is not done");
            self.clock.move_to(next.max(self.clock.now() + SignedDuration::from_millis(1)));
            self.sweep().await;
            self.settle().await;
        }
        self.clock.move_to(end);
        self.sweep().await;
        self.settle().await;
    }

    /// Lets a time pass.
    pub async fn advance(&self, by: SignedDuration) {
        self.run_until(self.clock.now() + by).await;
    }

    /// The minute's sweep of what is due.
    pub async fn sweep(&self) {
        self.faults.watch(true);
        self.sweep_deadlines().await;
        self.faults.watch(false);
    }

    pub(crate) async fn sweep_deadlines(&self) {
        let swept =
            self.faults.survive(deadline_sweep::handle(&self.store, self.clock.now())).await;
        if let Some(Err(failure)) = swept {
            tracing::warn!("Sweep failed: {failure}");
        }
    }

    /// The pull of alerts that were never acknowledged.
    pub async fn pull(&self) {
        self.faults.watch(true);
        self.pull_alerts().await;
        self.faults.watch(false);
    }

    pub(crate) async fn pull_alerts(&self) {
        let pulled = self
            .faults
            .survive(alert_pull::handle(&self.store, &self.networks, self.clock.now()))
            .await;
        if let Some(Err(failure)) = pulled {
            tracing::warn!("Pull failed: {failure}");
        }
    }

    /// The relay alone: what was written is sent, and nobody works it.
    pub async fn relay_only(&self) {
        while self.relay().await {}
    }

    /// One turn: the relay and each worker once. Whether anything was there to do.
    pub async fn turn(&self) -> bool {
        let mut worked = self.relay().await | self.read_mail_events().await;
        for stage in STAGES {
            worked |= self.work(stage).await;
        }
        worked
    }

    /// The same, while nobody reads the queue of one stage.
    pub async fn turn_but(&self, stage: PipelineStage) -> bool {
        let mut worked = self.relay().await;
        for other in STAGES.into_iter().filter(|other| *other != stage) {
            worked |= self.work(other).await;
        }
        worked
    }

    /// The writes that the relay is given next, for whoever wants to see them go by.
    #[must_use]
    pub fn peek_writes(&self) -> Vec<Value> {
        self.aws.stream().next(WRITES)
    }

    /// A worker of the refund stage has this one message, while others may be at work. It may be
    /// killed.
    pub async fn refund(&self, message: PipelineMessage) {
        let job = MessageJob { message, now: self.clock.now(), deliveries: 1 };
        if let Some(Err(failure)) = self.faults.survive(refund::handle(&self.refunds, job)).await {
            tracing::info!("Message returns: {failure}");
        }
    }

    /// The relay with the next writes. Whether there were any.
    pub(crate) async fn relay(&self) -> bool {
        let writes = self.aws.stream().next(WRITES);
        let Some(last) = writes
            .last()
            .and_then(|write| write["dynamodb"]["SequenceNumber"].as_str())
            .map(str::to_owned)
        else {
            return false;
        };
        let writes: Vec<&Value> = writes.iter().filter(|write| reaches_relay(write)).collect();
        let event: TableWrites =
            serde_json::from_value(json!({ "Records": writes })).expect("a stream event");
        let relay = |writes| queue_relay::handle(&self.queues, writes, self.clock.now());
        if self
            .faults
            .survive(stream::process_writes(event, &relay))
            .await
            .is_some_and(|again| again.batch_item_failures.is_empty())
        {
            self.aws.stream().commit(&last);
        }
        true
    }

    async fn work(&self, stage: PipelineStage) -> bool {
        let messages = self.receive(stage);
        self.work_messages(stage, &messages).await;
        !messages.is_empty()
    }

    /// The next messages of a stage, as many as a worker is given at once.
    pub(crate) fn receive(&self, stage: PipelineStage) -> Vec<aws::Message> {
        self.aws.queues().receive(queue_name(stage), StageMapping::of(stage).batch_size)
    }

    /// A worker of a stage with these messages.
    pub(crate) async fn work_messages(&self, stage: PipelineStage, messages: &[aws::Message]) {
        if messages.is_empty() {
            return;
        }
        let batch: MessageBatch = serde_json::from_value(event(messages)).expect("a queue event");
        let Some(returned) = self.faults.survive(self.function(stage, batch)).await else { return };
        let fails = |message: &aws::Message| {
            returned.batch_item_failures.iter().any(|failure| failure.item_identifier == message.id)
        };
        for message in messages.iter().filter(|message| !fails(message)) {
            self.aws.queues().delete(&message.receipt);
        }
    }

    async fn function(&self, stage: PipelineStage, batch: MessageBatch) -> BatchResponse {
        let now = self.clock.now();
        match stage {
            PipelineStage::Matching => {
                worker::process_each(batch, now, &|job| {
                    matching::handle(&self.store, &self.processors, job)
                })
                .await
            }
            PipelineStage::OrderMatching => {
                worker::process_batch(batch, now, &|jobs| order_matching::handle(&self.store, jobs))
                    .await
            }
            PipelineStage::RulesetEvaluation => {
                worker::process_each(batch, now, &|job| {
                    ruleset_evaluation::handle(&self.store, &self.processors, job)
                })
                .await
            }
            PipelineStage::Refund | PipelineStage::SlowRefund => {
                worker::process_each(batch, now, &|job| refund::handle(&self.refunds, job)).await
            }
            PipelineStage::WebhookDelivery | PipelineStage::SlowWebhookDelivery => {
                worker::process_batch(batch, now, &|jobs| {
                    webhook_delivery::handle(&self.desk, jobs)
                })
                .await
            }
            PipelineStage::EmailNotification => {
                worker::process_each(batch, now, &|job| email_notification::handle(&self.post, job))
                    .await
            }
            PipelineStage::VendorCallback => {
                worker::process_batch(batch, now, &|jobs| {
                    vendor_callback::handle(&self.store, &self.networks, &self.processors, jobs)
                })
                .await
            }
        }
    }

    /// When a message comes back or something falls due, whichever is first.
    async fn next_event(&self) -> Option<Timestamp> {
        let queues = STAGES.into_iter().map(queue_name).chain([MAIL_EVENTS]);
        let visible = queues.filter_map(|queue| self.aws.queues().next_visible_at(queue)).min();
        let visible = visible.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        [visible, self.next_due().await].into_iter().flatten().min()
    }

    async fn next_due(&self) -> Option<Timestamp> {
        let pages = self
            .aws
            .dynamodb()
            .scan()
            .table_name(TABLE)
            .index_name(store::keys::DUE_INDEX)
            .into_paginator()
            .items()
            .send();
        let due = pages.collect::<Result<Vec<_>, _>>().await.expect("the due index");
        due.iter().filter_map(|item| item.get(store::keys::DUE_AT)?.as_s().ok()?.parse().ok()).min()
    }
}

pub(super) fn event(messages: &[aws::Message]) -> Value {
    let records = messages.iter().map(|message| {
        let attributes = json!({ "ApproximateReceiveCount": message.receive_count.to_string() });
        json!({ "messageId": message.id, "body": message.body, "attributes": attributes })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

//! SES tells what became of e-mails, over `EventBridge` and a queue.

use runtime::worker;
use runtime::worker::MessageBatch;
use serde_json::Value;

use super::pump::event;
use super::{MAIL_EVENTS, World};

impl World {
    /// An event comes, as `EventBridge` passes it on.
    pub async fn ses_tells(&self, told: &Value) {
        self.aws.queues().send(MAIL_EVENTS, &told.to_string());
        self.settle().await;
    }

    /// The function that reads what SES told. Whether there was anything.
    pub(crate) async fn read_mail_events(&self) -> bool {
        let messages = self.aws.queues().receive(MAIL_EVENTS, 10);
        if messages.is_empty() {
            return false;
        }
        let batch: MessageBatch = serde_json::from_value(event(&messages)).expect("a queue event");
        let (store, secrets, now) = (&self.store, &self.secrets, self.clock.now());
        let read = |body: String, now| async move {
            mail_events::handle(store, secrets, &body, now).await
        };
        let Some(returned) =
            self.faults.survive(worker::process_raw_bodies(batch, now, &read)).await
        else {
            return true;
        };
        for message in &messages {
            if returned
                .batch_item_failures
                .iter()
                .all(|failure| failure.item_identifier != message.id)
            {
                self.aws.queues().delete(&message.receipt);
            }
        }
        true
    }
}

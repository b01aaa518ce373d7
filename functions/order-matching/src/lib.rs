//! When an order arrives or changes, matches the alerts anew that may be about it. It has a queue
//! of its own: alerts never wait behind orders.

mod setups;

use std::collections::BTreeSet;

use domain::alert::Alert;
use domain::alert::pipeline::PipelineStage;
use domain::basics::id::OrderId;
use domain::matching::setup::sales_of_order;
use domain::matching::{MatchResult, find_best_match};
use domain::sale::order::Order;
use flows::StageFailure;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use partners::finish_in_time;
use runtime::{MessageJob, PipelineMessage};
use store::{Store, StoreError};

use setups::OrderSetups;

/// How many orders of a batch are looked at at once. With four requests after each other an order,
/// a batch of 100 ends within a minute as long as the table answers within 1.4 seconds; what does
/// not end in time comes back, alone.
const AT_ONCE: usize = 10;

/// The orders of a batch. Each fails alone.
pub async fn handle(store: &Store, jobs: Vec<MessageJob>) -> Vec<Result<(), StageFailure>> {
    let ids: BTreeSet<OrderId> = jobs.iter().filter_map(order_id).cloned().collect();
    // Where one of them cannot be read together with the others, each is read by itself.
    let read = finish_in_time(store.read_orders(&ids)).await.ok().and_then(Result::ok);
    let batch = OrderBatch { store, read, setups: OrderSetups::default() };
    let looks = jobs.into_iter().enumerate().map(|(place, job)| {
        let batch = &batch;
        async move {
            (
                place,
                finish_in_time(Box::pin(batch.match_order(job)))
                    .await
                    .map_err(StageFailure::from)
                    .flatten(),
            )
        }
    });
    // Not in their order: behind a slow one the others would wait.
    let mut done: Vec<_> = stream::iter(looks).buffer_unordered(AT_ONCE).collect().await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

const fn order_id(job: &MessageJob) -> Option<&OrderId> {
    match &job.message {
        PipelineMessage::Order(id) => Some(id),
        _ => None, // for other stages
    }
}

struct OrderBatch<'a> {
    store: &'a Store,
    /// Those of the batch that are there, where they could be read.
    read: Option<Vec<Order>>,
    setups: OrderSetups,
}

impl OrderBatch<'_> {
    /// Matches the alerts anew that wait for a sale and that the order may be about. An alert that
    /// is being matched may have looked before the order was there: it is matched anew, too.
    async fn match_order(&self, job: MessageJob) -> Result<(), StageFailure> {
        let Some(order) = self.load_order(&job).await? else { return Ok(()) };
        let setup = self.setups.for_organisation(self.store, &order.organisation).await?;
        let sales = sales_of_order(&order, &setup.integrations, &setup.merchants);
        for id in self.store.alerts_about_sales(&order.organisation, &sales).await? {
            let Some(alert) = self.store.read_alert(&id).await? else { continue };
            if !matches!(find_best_match(&alert.claim, &sales), MatchResult::Nothing) {
                rematch_alert(self.store, alert, job.now).await?;
            }
        }
        Ok(())
    }

    async fn load_order(&self, job: &MessageJob) -> Result<Option<Order>, StoreError> {
        let Some(id) = order_id(job) else { return Ok(None) };
        match &self.read {
            Some(orders) => Ok(orders.iter().find(|order| order.id == *id).cloned()),
            None => self.store.read_order(id).await,
        }
    }
}

async fn rematch_alert(store: &Store, alert: Alert, now: Timestamp) -> Result<(), StoreError> {
    if alert.next_stage() == Some(PipelineStage::Matching) {
        store.commit(&alert.nudge_stage(now)).await
    } else if let Ok(again) = alert.restart_search(now) {
        store.commit(&again).await
    } else {
        Ok(())
    }
}

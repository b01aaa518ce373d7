//! Re-matches waiting alerts when an order arrives or changes. The queue is separate: alerts never
//! wait behind orders.

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

/// The orders of a batch that are processed concurrently. With four sequential requests per order,
/// a batch of 100 ends within a minute if the table answers within 1.4 seconds. An order that does
/// not end in time is redelivered, alone.
const AT_ONCE: usize = 10;

/// Processes the orders of a batch. Each order fails alone.
pub async fn handle(store: &Store, jobs: Vec<MessageJob>) -> Vec<Result<(), StageFailure>> {
    let ids: BTreeSet<OrderId> = jobs.iter().filter_map(order_id).cloned().collect();
    // If the batch read fails, each order is read alone.
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
    // Unordered: no order waits behind a slow order.
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
    /// The batch's orders that exist; `None` if the batch read failed.
    read: Option<Vec<Order>>,
    setups: OrderSetups,
}

impl OrderBatch<'_> {
    /// Re-matches alerts without a sale that the order may be about. An alert in the matching stage
    /// may have searched before the order existed, and is therefore matched again, too.
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

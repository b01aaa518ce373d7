//! When an order arrives or changes, matches the alerts anew that may be about it. It has a queue
//! of its own: alerts never wait behind orders.

mod setups;

use std::collections::BTreeSet;

use domain::alert::Alert;
use domain::alert::pipeline::Stage;
use domain::basics::id::OrderId;
use domain::matching::setup::sales_of;
use domain::matching::{Found, best};
use domain::sale::order::Order;
use flows::Failure;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use partners::in_time;
use runtime::{Job, Message};
use store::{Store, StoreError};

use setups::Setups;

/// How many orders of a batch are looked at at once. With four requests after each other an order,
/// a batch of 100 ends within a minute as long as the table answers within 1.4 seconds; what does
/// not end in time comes back, alone.
const AT_ONCE: usize = 10;

/// The orders of a batch. Each fails alone.
pub async fn handle(store: &Store, jobs: Vec<Job>) -> Vec<Result<(), Failure>> {
    let ids: BTreeSet<OrderId> = jobs.iter().filter_map(order_of).cloned().collect();
    // Where one of them cannot be read together with the others, each is read by itself.
    let read = in_time(store.orders(&ids)).await.ok().and_then(Result::ok);
    let batch = Batch { store, read, setups: Setups::default() };
    let looks = jobs.into_iter().enumerate().map(|(place, job)| {
        let batch = &batch;
        async move {
            (
                place,
                in_time(Box::pin(batch.match_order(job))).await.map_err(Failure::from).flatten(),
            )
        }
    });
    // Not in their order: behind a slow one the others would wait.
    let mut done: Vec<_> = stream::iter(looks).buffer_unordered(AT_ONCE).collect().await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

const fn order_of(job: &Job) -> Option<&OrderId> {
    match &job.message {
        Message::Order(id) => Some(id),
        _ => None, // for other stages
    }
}

struct Batch<'a> {
    store: &'a Store,
    /// Those of the batch that are there, where they could be read.
    read: Option<Vec<Order>>,
    setups: Setups,
}

impl Batch<'_> {
    /// Matches the alerts anew that wait for a sale and that the order may be about. An alert that
    /// is being matched may have looked before the order was there: it is matched anew, too.
    async fn match_order(&self, job: Job) -> Result<(), Failure> {
        let Some(order) = self.order(&job).await? else { return Ok(()) };
        let setup = self.setups.of(self.store, &order.organisation).await?;
        let sales = sales_of(&order, &setup.integrations, &setup.merchants);
        for id in self.store.alerts_about(&order.organisation, &sales).await? {
            let Some(alert) = self.store.alert(&id).await? else { continue };
            if !matches!(best(&alert.claim, &sales), Found::Nothing) {
                match_anew(self.store, alert, job.now).await?;
            }
        }
        Ok(())
    }

    async fn order(&self, job: &Job) -> Result<Option<Order>, StoreError> {
        let Some(id) = order_of(job) else { return Ok(None) };
        match &self.read {
            Some(orders) => Ok(orders.iter().find(|order| order.id == *id).cloned()),
            None => self.store.order(id).await,
        }
    }
}

async fn match_anew(store: &Store, alert: Alert, now: Timestamp) -> Result<(), StoreError> {
    if alert.next_stage() == Some(Stage::Matching) {
        store.commit(&alert.nudged(now)).await
    } else if let Ok(again) = alert.reconsidered(now) {
        store.commit(&again).await
    } else {
        Ok(())
    }
}

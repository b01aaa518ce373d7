//! The wait for slots of processors' accounts (rate limiting). A burst of alerts stays below the
//! rate that a processor allows.

use std::collections::BTreeMap;

use domain::alert::Alert;
use domain::alert::slot_wait::{ReservedSlots, SlotWait};
use domain::basics::time::add_seconds;
use domain::calls::slot::{FURTHEST_SECONDS, RequestLoad, SlotReservation};
use jiff::Timestamp;
use partners::ProcessorClient;
use store::{Store, StoreError};
use tokio::sync::Mutex;

/// The requests that a stage is about to make, by the account at which the processor counts the
/// requests. A processor without a rate limit is not included.
#[derive(Debug, Default)]
pub struct AccountLoads(BTreeMap<String, RequestLoad>);

impl AccountLoads {
    /// Returns the load of requests to a single processor.
    #[must_use]
    pub fn of_processor(processor: &ProcessorClient, load: RequestLoad) -> Self {
        let mut loads = Self::default();
        loads.add_load(processor, load);
        loads
    }

    /// Adds requests. Two connected accounts of one platform count at the platform's account.
    pub fn add_load(&mut self, processor: &ProcessorClient, load: RequestLoad) {
        if let Some(account) = processor.limited_account() {
            let loads = self.0.entry(account.to_owned());
            loads.and_modify(|loads| *loads = loads.plus(load)).or_insert(load);
        }
    }
}

/// The slots of an alert while a worker processes the alert.
#[derive(Debug)]
pub struct AlertSlots<'a> {
    store: &'a Store,
    alert: &'a Alert,
    now: Timestamp,
    held: Mutex<ReservedSlots>,
}

impl<'a> AlertSlots<'a> {
    /// Returns the slots that were reserved for an alert before.
    #[must_use]
    pub fn for_alert(store: &'a Store, alert: &'a Alert, now: Timestamp) -> Self {
        Self { store, alert, now, held: Mutex::new(alert.usable_slots(now)) }
    }

    /// Reserves a slot at each account that lacks a slot for these requests. Returns whether the
    /// worker may make the requests now; if not, the alert is deferred until the last slot.
    ///
    /// An alert shortly before the deadline, or in the queue for slow processors, waits for no
    /// slot.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn take_slots(&self, loads: &AccountLoads) -> Result<bool, StoreError> {
        if self.now >= self.alert.last_slot() || self.alert.is_in_slow_queue() {
            return Ok(true);
        }
        let mut held = self.held.lock().await;
        let missing: Vec<_> =
            loads.0.iter().filter(|(account, load)| !held.can_cover(account, **load)).collect();
        if missing.is_empty() {
            return Ok(true);
        }
        if self.alert.expects_slot(self.now) {
            // a new reservation for each repeated message would never end
            return Ok(false);
        }
        let (wait, to) = self.reserve_slots(held.clone(), &missing).await?;
        let Some(to) = to else {
            *held = wait.slots;
            return Ok(true);
        };
        let deferred = self.alert.clone().defer_for_slot(to, wait, self.now);
        self.store.commit(&deferred).await?;
        Ok(false)
    }

    /// Reserves the missing slots. Returns all slots of the alert, and the time until which the
    /// alert must wait, if any slot is later than the present second.
    async fn reserve_slots(
        &self,
        mut slots: ReservedSlots,
        missing: &[(&String, &RequestLoad)],
    ) -> Result<(SlotWait, Option<Timestamp>), StoreError> {
        let last = self.alert.last_slot();
        let furthest = add_seconds(self.now, FURTHEST_SECONDS.into()).min(last);
        let mut latest = None;
        for (account, load) in missing {
            match self.store.reserve_slot(account, **load, furthest, self.now).await? {
                SlotReservation::Now => {}
                SlotReservation::Reserved(at) => latest = latest.max(Some(at)),
                SlotReservation::TooFar(at) => {
                    let wait = SlotWait { is_out_of_reach: true, ..SlotWait::default() };
                    return Ok((wait, Some(at.min(last))));
                }
            }
            slots = slots.with_slot(account, **load);
        }
        Ok((SlotWait { slots, is_out_of_reach: false }, latest))
    }
}

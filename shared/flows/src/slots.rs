//! Waits for slots of processors' accounts, so that a burst of alerts stays below the rate that a
//! processor allows.

use domain::alert::Alert;
use domain::alert::slot_wait::{ReservedSlots, SlotWait};
use domain::basics::time::add_seconds;
use domain::calls::slot::{FURTHEST_SECONDS, RequestLoad, SlotReservation};
use jiff::Timestamp;
use partners::ProcessorClient;
use store::{Store, StoreError};
use tokio::sync::Mutex;

/// The slots of an alert, while a worker has it.
#[derive(Debug)]
pub struct AlertSlots<'a> {
    store: &'a Store,
    alert: &'a Alert,
    now: Timestamp,
    held: Mutex<ReservedSlots>,
}

impl<'a> AlertSlots<'a> {
    /// Those that were reserved for it.
    #[must_use]
    pub fn for_alert(store: &'a Store, alert: &'a Alert, now: Timestamp) -> Self {
        Self { store, alert, now, held: Mutex::new(alert.usable_slots(now)) }
    }

    /// Reserves a slot for what is about to be asked of a processor, or uses the one that the alert
    /// has. Returns whether that may be asked now; where it may not, the alert is left until
    /// its slot. Shortly before its deadline an alert waits for none, nor do those that
    /// few workers have apart.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn take_slot(
        &self,
        processor: &ProcessorClient,
        load: RequestLoad,
    ) -> Result<bool, StoreError> {
        let last = self.alert.last_slot();
        let waits = self.now < last && !self.alert.is_in_slow_queue();
        let Some(account) = processor.limited_account().filter(|_| waits) else { return Ok(true) };
        let mut held = self.held.lock().await;
        if held.can_cover(account, load) {
            return Ok(true);
        }
        if self.alert.reserved_slot().is_some_and(|slot| slot > self.now) {
            // its own message comes then: another slot for a second message would never be the last
            return Ok(false);
        }
        let furthest = add_seconds(self.now, FURTHEST_SECONDS.into()).min(last);
        let (to, slots, is_out_of_reach) =
            match self.store.reserve_slot(account, load, furthest, self.now).await? {
                SlotReservation::Now => {
                    *held = held.clone().with_slot(account, load);
                    return Ok(true);
                }
                SlotReservation::Reserved(at) => (at, held.clone().with_slot(account, load), false),
                SlotReservation::TooFar(at) => (at.min(last), held.clone(), true),
            };
        self.store
            .commit(&self.alert.clone().defer_for_slot(
                to,
                SlotWait { slots, is_out_of_reach },
                self.now,
            ))
            .await?;
        Ok(false)
    }
}

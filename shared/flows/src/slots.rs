//! Waits for a slot of a processor's account, so that a burst of alerts stays below the rate that the processor allows.

use domain::alert::pipeline::Stage;
use domain::alert::{Alert, SlotWait};
use domain::calls::slot::Slot;
use jiff::Timestamp;
use partners::Processor;
use store::{Store, StoreError};

/// Reserves a slot for the alert, or uses the one that it has. Returns whether the alert may be worked now; where it may not, it is left
/// until its slot. An alert that is worked for the last time before its deadline waits for none.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn takes_slot(
    store: &Store,
    processor: &Processor,
    (alert, stage): (&Alert, Stage),
    last_try: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(account) = processor.limited_account().filter(|_| now < last_try && !alert.has_slot(now)) else { return Ok(true) };
    if alert.reserved_slot().is_some_and(|slot| slot > now) {
        return Ok(false); // its own message comes then: another slot for a second message would never be the last
    }
    let (to, wait) = match store.reserve_slot(account, stage, now).await? {
        Slot::Now => return Ok(true),
        Slot::Reserved(at) if at < last_try => (at, SlotWait::Reserved),
        Slot::Reserved(at) | Slot::TooFar(at) => (at.min(last_try), SlotWait::OutOfReach),
    };
    store.commit(&alert.clone().left_for_slot(to, wait, now)).await?;
    Ok(false)
}

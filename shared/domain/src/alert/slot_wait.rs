//! The wait of an alert for slots of processor accounts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Alert;
use crate::basics::time::add_seconds;
use crate::calls::slot::{FURTHEST_SECONDS, RequestLoad};

/// The time before the action deadline in which an alert waits for no slot. The last search before
/// the deadline begins earlier and still uses slots.
const LAST_SLOT_SECONDS: i64 = 8 * 60;
/// The greatest difference between the clocks of two workers.
const CLOCKS_DIFFER_SECONDS: i64 = 1;
/// The validity of a slot. A worker that begins later reserves another slot.
const SLOT_SECONDS: i64 = 2 * 60;
/// The time after a slot by which the worker has ended, or the message was lost.
const LOST_SECONDS: i64 = SLOT_SECONDS + 2 * 60;

/// The accounts at which an alert has slots, with the reserved milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReservedSlots(BTreeMap<String, i64>);

impl ReservedSlots {
    /// Checks whether the slot of an account covers a load.
    #[must_use]
    pub fn can_cover(&self, account: &str, load: RequestLoad) -> bool {
        self.0.get(account).is_some_and(|millis| *millis >= load.to_millis())
    }

    /// Returns the slots with another slot added.
    #[must_use]
    pub fn with_slot(mut self, account: &str, load: RequestLoad) -> Self {
        self.0.insert(account.to_owned(), load.to_millis());
        self
    }
}

/// The wait of an alert for a slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotWait {
    pub slots: ReservedSlots,
    /// Whether no slot was within reach. The alert then asks again later.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_out_of_reach: bool,
}

impl Alert {
    /// Returns the slots that a worker may use now.
    #[must_use]
    pub fn usable_slots(&self, now: Timestamp) -> ReservedSlots {
        let known = self.slot_wait().filter(|(to, _)| {
            add_seconds(*to, -CLOCKS_DIFFER_SECONDS) <= now && now <= add_seconds(*to, SLOT_SECONDS)
        });
        known.map_or_else(ReservedSlots::default, |(_, wait)| wait.slots.clone())
    }

    /// Returns the time of the reserved slot, until the stage begins.
    #[must_use]
    pub fn reserved_slot(&self) -> Option<Timestamp> {
        self.slot_wait().filter(|(_, wait)| !wait.is_out_of_reach).map(|(to, _)| to)
    }

    /// Returns the delay of the alert's message in seconds: until the slot, or until the next
    /// attempt to reserve a slot. An immediate message would get no slot either.
    #[must_use]
    pub fn message_delay(&self, now: Timestamp) -> i32 {
        let seconds = self.slot_wait().map_or(0, |(to, _)| to.as_second() - now.as_second());
        i32::try_from(seconds.max(0))
            .map_or(FURTHEST_SECONDS, |seconds| seconds.min(FURTHEST_SECONDS))
    }

    /// Returns the time from which the stage waits for no slot.
    #[must_use]
    pub fn last_slot(&self) -> Timestamp {
        add_seconds(self.deadlines.action, -LAST_SLOT_SECONDS)
    }

    fn slot_wait(&self) -> Option<(Timestamp, &SlotWait)> {
        Some((self.deferred_until()?, self.put_off.as_ref()?.slot.as_ref()?))
    }

    /// Checks whether the alert's own message is still to come with a reserved slot.
    #[must_use]
    pub fn expects_slot(&self, now: Timestamp) -> bool {
        self.reserved_slot().is_some_and(|slot| add_seconds(slot, -CLOCKS_DIFFER_SECONDS) > now)
    }

    /// Checks whether a write began a wait for a slot: the relay then sends the delayed message.
    pub(crate) fn has_new_slot_wait(&self, before: &Self) -> bool {
        self.slot_wait().is_some() && self.slot_wait() != before.slot_wait()
    }

    /// Returns when the sweep asks for the stage again if the delayed message was lost.
    pub(crate) fn slot_retry_at(&self) -> Option<Timestamp> {
        self.slot_wait().map(|(to, _)| add_seconds(to, LOST_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::slot::FULL_SECONDS;
    use crate::tests::given::{hours, received, waiting};

    #[test]
    fn an_alert_that_found_no_slot_comes_again_later_and_not_at_once() {
        let (now, until) = (hours(1), add_seconds(hours(1), FULL_SECONDS));
        for alert in [received(), waiting()] {
            let left = alert.defer_for_slot(
                until,
                SlotWait { slots: ReservedSlots::default(), is_out_of_reach: true },
                now,
            );
            assert_eq!(
                (i64::from(left.message_delay(now)), left.reserved_slot()),
                (FULL_SECONDS, None)
            );
        }
        let slow = received().move_to_slow_queue(until, now);
        assert_eq!(slow.message_delay(now), 0, "what is with the slow is sent to them at once");
    }

    #[test]
    fn a_slot_is_of_one_account_and_as_long_as_what_is_asked() {
        let (now, slot) = (hours(1), add_seconds(hours(1), 60));
        let wait = SlotWait {
            slots: ReservedSlots::default().with_slot("acct_1", RequestLoad::for_search(0)),
            is_out_of_reach: false,
        };
        let left = received().defer_for_slot(slot, wait, now);
        let slots = left.usable_slots(slot);
        assert!(slots.can_cover("acct_1", RequestLoad::for_search(0)));
        assert!(
            !slots.can_cover("acct_2", RequestLoad::for_search(0))
                && !slots.can_cover(
                    "acct_1",
                    RequestLoad::for_search(0).plus(RequestLoad::for_pages(10))
                )
                && !slots.can_cover("acct_1", RequestLoad::for_search(2))
        );
        assert_eq!(left.message_delay(add_seconds(now, 20)), 40, "from when it is sent");
        assert_eq!(
            [add_seconds(slot, 121), add_seconds(slot, -2)].map(|when| left.usable_slots(when)),
            [ReservedSlots::default(), ReservedSlots::default()]
        );
    }
}

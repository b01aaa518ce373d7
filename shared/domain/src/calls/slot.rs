//! Slots of a processor account: alerts are worked at an even pace, so that a burst of them stays below the rate that the processor allows.

use jiff::Timestamp;

use crate::alert::{Alert, SlotWait};
use crate::basics::time::after;

/// So many alerts a second are worked at one account, by each stage that calls it. An alert mostly takes five or six requests, a refund
/// with a cancellation seven; many pages of payments, twins and orders without amounts take more, and may meet 429.
pub const SLOTS_A_SECOND: i64 = 10;
/// The distance of slots in milliseconds.
pub const SLOT_DISTANCE_MS: i64 = 1_000 / SLOTS_A_SECOND;
/// A slot is reserved at most so far ahead; a message cannot be delayed for longer than 15 minutes.
pub const FURTHEST_SECONDS: i32 = 14 * 60;
/// An alert for which no slot was left is looked at again after this, when slots that were too far ahead are not any more.
pub const FULL_SECONDS: i64 = 5 * 60;
/// The clocks of two workers differ by less: a slot that another reserved may still be to come.
const CLOCKS_DIFFER_SECONDS: i64 = 1;
/// A worker that comes later than this after its slot reserves another.
const SLOT_SECONDS: i64 = 60;

/// The next free slot of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// In this second.
    Now,
    /// In a second to come, and nobody else's.
    Reserved(Timestamp),
    /// None within reach: this is when to ask again.
    TooFar(Timestamp),
}

impl Slot {
    /// The slot at a time; nothing where the time is beyond reach.
    #[must_use]
    pub fn of(at: Option<Timestamp>, now: Timestamp) -> Self {
        match at.map(Timestamp::as_second) {
            None => Self::TooFar(after(now, FULL_SECONDS)),
            Some(second) if second <= now.as_second() => Self::Now,
            Some(second) => Self::Reserved(Timestamp::from_second(second).unwrap_or(now)),
        }
    }
}

impl Alert {
    /// Whether a worker that has the alert now uses the slot that was reserved for it.
    #[must_use]
    pub fn has_slot(&self, now: Timestamp) -> bool {
        self.reserved_slot().is_some_and(|slot| after(slot, -CLOCKS_DIFFER_SECONDS) <= now && now <= after(slot, SLOT_SECONDS))
    }

    /// The slot that was reserved for it, while its stage has not begun.
    #[must_use]
    pub fn reserved_slot(&self) -> Option<Timestamp> {
        self.put_off_to().filter(|_| self.slot_wait() == Some(SlotWait::Reserved))
    }

    /// The seconds after which its message is to come: at its slot, or where no slot was within reach when it is to ask again. A message
    /// that came at once would find no slot either.
    #[must_use]
    pub fn message_delay(&self) -> i32 {
        let to = self.put_off_to().filter(|_| self.slot_wait().is_some());
        let seconds = to.map_or(0, |to| to.as_second() - self.updated_at.as_second());
        i32::try_from(seconds.max(0)).map_or(FURTHEST_SECONDS, |seconds| seconds.min(FURTHEST_SECONDS))
    }

    fn slot_wait(&self) -> Option<SlotWait> {
        self.put_off?.slot
    }

    /// When the sweep asks for its stage again if the message of its slot is lost.
    pub(crate) fn after_slot(&self) -> Option<Timestamp> {
        self.reserved_slot().map(|slot| after(slot, SLOT_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::tests::given::{hours, received, waiting};

    #[test]
    fn a_slot_is_worked_in_its_second_and_none_is_beyond_reach() {
        let at = |millis| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis);
        assert_eq!(Slot::of(Some(at(5_999)), at(5_000)), Slot::Now);
        assert_eq!(Slot::of(Some(at(6_700)), at(5_900)), Slot::Reserved(at(6_000)));
        assert_eq!(Slot::of(None, at(5_000)), Slot::TooFar(at(305_000)));
    }

    #[test]
    fn an_alert_that_found_no_slot_comes_again_later_and_not_at_once() {
        let (now, until) = (hours(1), after(hours(1), FULL_SECONDS));
        for alert in [received(), waiting()] {
            let left = |wait| alert.clone().left_for_slot(until, wait, now);
            assert_eq!(i64::from(left(SlotWait::OutOfReach).message_delay()), FULL_SECONDS);
            assert_eq!([SlotWait::OutOfReach, SlotWait::Reserved].map(|wait| left(wait).has_slot(until)), [false, true]);
        }
        let slow = received().parted(until, now);
        assert_eq!(slow.message_delay(), 0, "what is with the slow is sent to them at once");
    }
}

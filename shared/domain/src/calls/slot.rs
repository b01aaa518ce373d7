//! Slots of a processor account: alerts are worked at an even pace, so that a burst of them stays
//! below the rate that the processor allows.

use jiff::Timestamp;

use crate::basics::time::add_seconds;
use crate::rules::ruleset::NeededPurchaseDetails;

/// An account's time for one request of a share. Each share has 45 requests a second, of the 100
/// that the strictest processor allows.
const REQUEST_MS: i64 = 1_000 / 45 + 1;
/// An account's time for one page of a list: requests of one path are 25 a second.
const PAGE_MS: i64 = 1_000 / 25;
/// The requests of one look at a payment: the payment, its refunds, its disputes, and a charge that
/// names its payment intent.
const LOOK: i64 = 4;
/// A slot is reserved at most so far ahead; a message cannot be delayed for longer than 15 minutes.
pub const FURTHEST_SECONDS: i32 = 14 * 60;
/// An alert for which no slot was left is looked at again after this, when slots that were too far
/// ahead are not any more.
pub const FULL_SECONDS: i64 = 5 * 60;

/// Who shares slots of an account: finding out what was sold holds up no refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotShare {
    Looks,
    Refunds,
}

impl SlotShare {
    /// The share in one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Refunds => "refunds",
        }
    }
}

/// What a stage is about to ask of an account, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLoad {
    pub share: SlotShare,
    requests: i64,
    pages: i64,
}

impl RequestLoad {
    /// A search for an alert's sale by index and first page, and a look at what it finds and at
    /// others.
    #[must_use]
    pub fn for_search(others: usize) -> Self {
        let looks = i64::try_from(others).unwrap_or(i64::MAX).saturating_add(1);
        Self {
            share: SlotShare::Looks,
            requests: looks.saturating_mul(LOOK).saturating_add(3),
            pages: 0,
        }
    }

    /// The same, and so many pages of a list.
    #[must_use]
    pub fn with_pages(self, pages: usize) -> Self {
        Self { pages: i64::try_from(pages).unwrap_or(i64::MAX), ..self }
    }

    /// What rules ask of a purchase.
    #[must_use]
    pub fn for_rule_facts(wanted: NeededPurchaseDetails) -> Self {
        let invoice = if wanted.items || wanted.subscription { 2 } else { 0 };
        let products = if wanted.items { 5 } else { 0 };
        Self {
            share: SlotShare::Looks,
            requests: i64::from(wanted.customer) + invoice + products,
            pages: 0,
        }
    }

    /// A look and a refund, and where a subscription ends, its invoice and the cancellation.
    #[must_use]
    pub fn for_refund(cancels: bool) -> Self {
        Self { share: SlotShare::Refunds, requests: LOOK + if cancels { 4 } else { 1 }, pages: 0 }
    }

    /// The account's time that it takes, in milliseconds.
    #[must_use]
    pub const fn to_millis(self) -> i64 {
        self.requests.saturating_mul(REQUEST_MS).saturating_add(self.pages.saturating_mul(PAGE_MS))
    }
}

/// The next free slot of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotReservation {
    /// In this second.
    Now,
    /// In a second to come, and nobody else's.
    Reserved(Timestamp),
    /// None within reach: this is when to ask again.
    TooFar(Timestamp),
}

impl SlotReservation {
    /// The slot at a time; nothing where the time is beyond reach.
    #[must_use]
    pub fn from_time(at: Option<Timestamp>, now: Timestamp) -> Self {
        match at.map(Timestamp::as_second) {
            None => Self::TooFar(add_seconds(now, FULL_SECONDS)),
            Some(second) if second <= now.as_second() => Self::Now,
            Some(second) => Self::Reserved(Timestamp::from_second(second).unwrap_or(now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_slot_is_worked_in_its_second_and_none_is_beyond_reach() {
        let at = |millis| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis);
        assert_eq!(SlotReservation::from_time(Some(at(5_999)), at(5_000)), SlotReservation::Now);
        assert_eq!(
            SlotReservation::from_time(Some(at(6_700)), at(5_900)),
            SlotReservation::Reserved(at(6_000))
        );
        assert_eq!(
            SlotReservation::from_time(None, at(5_000)),
            SlotReservation::TooFar(at(305_000))
        );
    }

    #[test]
    fn all_shares_of_an_account_stay_below_its_rate() {
        let (looks, refunds) = (
            1_000 / RequestLoad::for_search(0).to_millis(),
            1_000 / RequestLoad::for_refund(true).to_millis(),
        );
        assert!(
            looks * RequestLoad::for_search(0).requests
                + refunds * RequestLoad::for_refund(true).requests
                <= 90,
            "requests a second"
        );
        assert!(looks * 2 <= 20, "searches a second");
        let listing = RequestLoad::for_search(0).with_pages(10);
        assert!(1_000 * listing.pages / listing.to_millis() <= 25, "pages a second");
    }
}

//! The slots of a processor account (rate limiting). Alerts are processed at an even pace, and a
//! burst stays below the processor's rate limit.

use jiff::Timestamp;

use crate::basics::time::add_seconds;
use crate::rules::ruleset::NeededPurchaseDetails;

/// The account's time for a request of a share, in milliseconds. Each share has 45 requests a
/// second, of the 100 that the strictest processor allows.
const REQUEST_MS: i64 = 1_000 / 45 + 1;
/// The account's time for a request of a path that both shares use. The strictest processor allows
/// 25 requests a second on a path, half of these for each share.
const SHARED_PATH_MS: i64 = 2 * 1_000 / 25;
/// The account's time for a request of a path that only a single share uses.
const OWN_PATH_MS: i64 = 1_000 / 25;
/// The requests of a payment read: the payment, the refunds, the disputes, and a charge that names
/// the payment intent.
const LOOK: i64 = 4;
/// The most products of an invoice that rules need.
const PRODUCTS: i64 = 5;
/// The furthest slot: SQS delays no message for longer than 15 minutes.
pub const FURTHEST_SECONDS: i32 = 14 * 60;
/// The wait before another reservation, if no slot was free. Later slots are then within reach.
pub const FULL_SECONDS: i64 = 5 * 60;

/// The two shares of an account's rate. Alerts that are not matched yet do not delay matched
/// alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotShare {
    Looks,
    Actions,
}

impl SlotShare {
    /// Returns the share's name in a row key.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Actions => "actions",
        }
    }
}

/// The most requests that a stage may make, as time of the account at which the requests count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLoad {
    pub share: SlotShare,
    millis: i64,
}

impl RequestLoad {
    /// Returns the load of a search by index and first page, of a read of the matching sale, and of
    /// reads of further sales.
    #[must_use]
    pub fn for_search(further_sales: usize) -> Self {
        let looks = i64::try_from(further_sales).unwrap_or(i64::MAX).saturating_add(1);
        let requests = looks.saturating_mul(LOOK).saturating_add(3);
        Self::for_requests(SlotShare::Looks, requests, looks.saturating_mul(SHARED_PATH_MS))
    }

    /// Returns the load of pages of a list.
    #[must_use]
    pub fn for_pages(pages: usize) -> Self {
        let pages = i64::try_from(pages).unwrap_or(i64::MAX);
        Self { share: SlotShare::Looks, millis: pages.saturating_mul(OWN_PATH_MS) }
    }

    /// Adds a load of the same share.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { millis: self.millis.saturating_add(other.millis), ..self }
    }

    /// Returns the load of the purchase facts that rules need.
    #[must_use]
    pub fn for_rule_facts(wanted: NeededPurchaseDetails) -> Self {
        let customer = i64::from(wanted.customer);
        let invoice = if wanted.items || wanted.subscription { 2 } else { 0 };
        let products = if wanted.items { PRODUCTS } else { 0 };
        let of_one_path = (customer * SHARED_PATH_MS).max(products * OWN_PATH_MS);
        Self::for_requests(SlotShare::Actions, customer + invoice + products, of_one_path)
    }

    /// Returns the load of a payment read and a refund. A cancellation adds the invoice and the
    /// cancellation; a negative-list entry adds the payer.
    #[must_use]
    pub fn for_refund(cancels: bool, lists_customer: bool) -> Self {
        let requests = LOOK + 1 + if cancels { 3 } else { 0 } + if lists_customer { 2 } else { 0 };
        let payments = if lists_customer { 3 } else { 1 };
        Self::for_requests(SlotShare::Actions, requests, payments * SHARED_PATH_MS)
    }

    fn for_requests(share: SlotShare, requests: i64, of_one_path_millis: i64) -> Self {
        Self { share, millis: requests.saturating_mul(REQUEST_MS).max(of_one_path_millis) }
    }

    /// Returns the account's time that the load takes, in milliseconds.
    #[must_use]
    pub const fn to_millis(self) -> i64 {
        self.millis
    }
}

/// The reservation of the next free slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotReservation {
    /// A slot in the present second.
    Now,
    /// A slot in a later second, for this caller only.
    Reserved(Timestamp),
    /// No slot within reach, with the time of the next attempt.
    TooFar(Timestamp),
}

impl SlotReservation {
    /// Classifies the time of a slot. Without a time, no slot is within reach.
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
    fn all_shares_of_an_account_stay_below_its_rates() {
        let customer = NeededPurchaseDetails { customer: true, ..NeededPurchaseDetails::default() };
        let items = NeededPurchaseDetails { items: true, ..customer };
        let a_second = |load: RequestLoad, requests: i64| 1_000 * requests / load.to_millis();
        let search = RequestLoad::for_search(0);
        assert!(a_second(search, 2) <= 20 && a_second(search, 7) <= 45, "searches, requests");
        let actions = [
            (RequestLoad::for_rule_facts(customer), 1, 1),
            (RequestLoad::for_rule_facts(items), 8, 1),
            (RequestLoad::for_refund(false, false), 5, 1),
            (RequestLoad::for_refund(true, false), 8, 1),
            (RequestLoad::for_refund(true, true), 10, 3),
        ];
        for (load, requests, payments) in actions {
            assert!(a_second(load, requests) <= 45, "{load:?}");
            assert!(a_second(load, payments) + a_second(search, 1) <= 25, "{load:?}");
        }
        assert!(a_second(RequestLoad::for_rule_facts(items), PRODUCTS) <= 25);
        assert!(a_second(search.plus(RequestLoad::for_pages(10)), 10) <= 25, "pages of a list");
    }
}

//! The brakes on rules (automation, daily refund caps) as the API represents them, for
//! organisations and partners.

use domain::account::enrolment::FieldError;
use domain::account::{RefundCaps, find_time_zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most that rules may refund in one day. Beyond the caps an alert waits for a person.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = DailyRefundCaps)]
pub(crate) struct DailyRefundCaps {
    /// The number of refunds.
    refund_count: u32,
    /// The total in US cents, at the day's exchange rates.
    usd_amount_in_cents: u64,
}

impl From<RefundCaps> for DailyRefundCaps {
    fn from(RefundCaps { count, usd_cents }: RefundCaps) -> Self {
        Self { refund_count: count, usd_amount_in_cents: usd_cents }
    }
}

impl From<DailyRefundCaps> for RefundCaps {
    fn from(given: DailyRefundCaps) -> Self {
        Self { count: given.refund_count, usd_cents: given.usd_amount_in_cents }
    }
}

/// Checks that a time zone is an IANA name.
pub(crate) fn time_zone_fault(name: &str) -> Option<FieldError> {
    let message = "Must be an IANA name of a time zone, such as Europe/Copenhagen.";
    find_time_zone(name).is_none().then(|| FieldError::new("time_zone", "NOT_A_TIME_ZONE", message))
}

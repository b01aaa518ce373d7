//! The brakes as the API writes them, of an organisation and of its partner alike.

use domain::account::enrolment::FieldError;
use domain::account::{RefundCaps, find_time_zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most that rules may refund in one day; over it an alert waits for a person.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = DailyRefundCaps)]
pub(crate) struct DailyRefundCaps {
    /// How many refunds.
    refund_count: u32,
    /// How much in all, in US dollars' minor unit, at the rates of the day.
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

/// The fault of a time zone that is not an IANA name.
pub(crate) fn time_zone_fault(name: &str) -> Option<FieldError> {
    let message = "Must be an IANA name of a time zone, such as Europe/Copenhagen.";
    find_time_zone(name).is_none().then(|| FieldError::new("time_zone", "NOT_A_TIME_ZONE", message))
}

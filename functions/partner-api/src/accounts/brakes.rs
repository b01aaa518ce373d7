//! The brakes as the API writes them, of an organisation and of its partner alike.

use domain::account::enrolment::Fault;
use domain::account::{Caps, named_zone};
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

impl From<Caps> for DailyRefundCaps {
    fn from(Caps { count, usd_cents }: Caps) -> Self {
        Self { refund_count: count, usd_amount_in_cents: usd_cents }
    }
}

impl From<DailyRefundCaps> for Caps {
    fn from(given: DailyRefundCaps) -> Self {
        Self { count: given.refund_count, usd_cents: given.usd_amount_in_cents }
    }
}

/// The fault of a time zone that is not an IANA name.
pub(crate) fn time_zone_fault(name: &str) -> Option<Fault> {
    let message = "Must be an IANA name of a time zone, such as Europe/Copenhagen.";
    named_zone(name).is_none().then(|| Fault::new("time_zone", "NOT_A_TIME_ZONE", message))
}

//! How World is to be.

use std::path::PathBuf;
use std::time::Duration;

use partners::Destinations;

use super::{Clock, Faults};

/// How World is to be.
#[derive(Debug, Clone)]
pub struct Settings {
    pub clock: Clock,
    /// Where everything is kept across restarts; nowhere, if nothing is named.
    pub data: Option<PathBuf>,
    /// Another Stripe in the simulator's place.
    pub stripe_url: Option<String>,
    pub faults: Faults,
    /// How long a message that was not worked stays hidden.
    pub visibility: Duration,
    /// How long a claim on a sale lasts.
    pub claim_seconds: i64,
    /// How long the answer to a person's action waits.
    pub waits: Duration,
    /// How many requests a minute an owner may make to a route; any number if it is 0.
    pub rate_limit: u32,
    /// Where webhooks may go.
    pub webhooks: Destinations,
    /// What links in e-mails begin with.
    pub public_url: String,
    /// Partners that take longer are slow.
    pub slow_after: Duration,
    /// Whether Ethoca is its sandbox, so that what is enrolled counts as accepted.
    pub is_sandbox: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let start = "2026-02-17T10:00:00Z".parse().expect("a time");
        Self {
            clock: Clock::at(start),
            data: None,
            stripe_url: None,
            faults: Faults::default(),
            visibility: Duration::from_mins(2),
            claim_seconds: 90,
            waits: partner_api::WAITS,
            rate_limit: 0,
            webhooks: Destinations::Public,
            public_url: "https://forestall.example".into(),
            slow_after: domain::calls::lane::SLOW_CALL,
            is_sandbox: true,
        }
    }
}

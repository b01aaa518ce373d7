//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use axum::routing::MethodRouter;
use flows::ProcessorClients;
use partners::Destinations;
use store::Store;

use super::rate_limit::RateLimits;

/// How long an answer to a person's action waits for the alert to be resolved: well under API
/// Gateway's 30 s, and longer than the pipeline takes when nothing is slow.
pub const WAITS: Duration = Duration::from_secs(8);

/// What the API may touch.
#[derive(Debug, Clone)]
pub struct ApiContext {
    pub store: Store,
    pub processors: ProcessorClients,
    /// How long an answer to a person's action waits for the alert to be resolved; [`WAITS`] but
    /// in tests.
    pub waits: Duration,
    /// How often a route may be asked.
    pub limits: RateLimits,
    /// Where webhooks may go; [`Destinations::Public`] but in tests and on a machine of one's own.
    pub webhooks: Destinations,
}

/// The state that each handler gets.
pub(crate) type SharedContext = Arc<ApiContext>;

/// A path with what answers there.
pub(crate) type ApiRoute = (&'static str, MethodRouter<SharedContext>);

//! The state that handlers share.

use std::sync::Arc;
use std::time::Duration;

use axum::routing::MethodRouter;
use flows::ProcessorClients;
use partners::Destinations;
use store::Store;

use super::rate_limit::RateLimits;

/// The time that a response to a person's action waits for the alert to be resolved. Well below API
/// Gateway's 30 s, and longer than the pipeline normally takes.
pub const WAITS: Duration = Duration::from_secs(8);

/// The resources that the API uses.
#[derive(Debug, Clone)]
pub struct ApiContext {
    pub store: Store,
    pub processors: ProcessorClients,
    /// The time that a response to a person's action waits for the alert to be resolved; [`WAITS`]
    /// except in tests.
    pub waits: Duration,
    /// The rate limits per route.
    pub limits: RateLimits,
    /// The allowed destinations of webhooks; [`Destinations::Public`] except in tests and local
    /// runs.
    pub webhooks: Destinations,
}

/// The state that each handler receives.
pub(crate) type SharedContext = Arc<ApiContext>;

/// A path with its method handlers.
pub(crate) type ApiRoute = (&'static str, MethodRouter<SharedContext>);

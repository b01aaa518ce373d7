//! Notifications to partners: webhook endpoints with their deliveries, and events to poll.

pub(crate) mod events;
pub(crate) mod webhooks;

use axum::routing::{get, post};

use crate::http::state::ApiRoute;

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/webhook-endpoints", get(webhooks::list).post(webhooks::create)),
        (
            "/v1/webhook-endpoints/{id}",
            get(webhooks::show).patch(webhooks::change).delete(webhooks::delete),
        ),
        ("/v1/webhook-endpoints/{id}/test", post(webhooks::test)),
        ("/v1/webhook-endpoints/{id}/rotate-secret", post(webhooks::rotate)),
        ("/v1/webhook-endpoints/{id}/deliveries", get(webhooks::deliveries)),
        ("/v1/webhook-endpoints/{id}/replay", post(webhooks::replay)),
        ("/v1/events", get(events::list)),
    ]
}

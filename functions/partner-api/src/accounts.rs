//! Accounts: organisations, memberships, merchants, integrations, enrolments and API keys of
//! partners.

pub(crate) mod api_keys;
pub(crate) mod brakes;
pub(crate) mod enrolments;
pub(crate) mod integrations;
pub(crate) mod memberships;
pub(crate) mod merchants;
pub(crate) mod organisations;
pub(crate) mod partner;

use axum::routing::{get, post};

use crate::http::state::ApiRoute;

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/organisations", get(organisations::list).post(organisations::create)),
        (
            "/v1/organisations/{id}",
            get(organisations::show).patch(organisations::change).delete(organisations::delete),
        ),
        ("/v1/partners", get(partner::list)),
        ("/v1/partners/{id}", get(partner::show).patch(partner::change)),
        ("/v1/memberships", get(memberships::list).post(memberships::create)),
        (
            "/v1/memberships/{id}",
            get(memberships::show).patch(memberships::change).delete(memberships::delete),
        ),
        ("/v1/merchants", get(merchants::list).post(merchants::create)),
        (
            "/v1/merchants/{id}",
            get(merchants::show).patch(merchants::change).delete(merchants::delete),
        ),
        ("/v1/integrations", get(integrations::list).post(integrations::create)),
        ("/v1/integrations/{id}", get(integrations::show).patch(integrations::change)),
        ("/v1/integrations/{id}/rotate-secret", post(integrations::rotate)),
        ("/v1/integrations/{id}/refunds/{refund_id}", post(integrations::tell)),
        ("/v2/enrolments", get(enrolments::list).post(enrolments::create)),
        (
            "/v2/enrolments/{id}",
            get(enrolments::show).patch(enrolments::change).delete(enrolments::cancel),
        ),
        ("/v1/api-keys", get(api_keys::list).post(api_keys::create)),
        ("/v1/api-keys/{id}", get(api_keys::show).delete(api_keys::revoke)),
        ("/v1/api-keys/{id}/rotate", post(api_keys::rotate)),
    ]
}

//! What TEST mode plays: alerts, retractions and the vendor's answer to an enrolment.

pub(crate) mod simulate;

use axum::routing::{patch, post};

use crate::http::state::ApiRoute;

/// The routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/simulate/enrolments/{id}", patch(simulate::enrolment)),
        ("/v1/simulate/alerts", post(simulate::alert)),
        ("/v1/simulate/alerts/{id}/retract", post(simulate::retract)),
    ]
}

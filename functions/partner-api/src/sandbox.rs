//! The simulations of TEST mode: alerts, retractions, and network decisions on enrolments.

pub(crate) mod simulate;

use axum::routing::{patch, post};

use crate::http::state::ApiRoute;

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/simulate/enrolments/{id}", patch(simulate::enrolment)),
        ("/v1/simulate/alerts", post(simulate::alert)),
        ("/v1/simulate/alerts/{id}/retract", post(simulate::retract)),
    ]
}

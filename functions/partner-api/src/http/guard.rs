//! The guard of every route: authentication, rate limits and idempotency before the handler, the
//! audit trail afterwards.

use crate::http::authentication::authenticate;
use std::sync::LazyLock;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runtime::http::request_time;

use crate::http::audit_trail::AuditableRequest;
use crate::http::caller::{ApiCaller, TouchedOrganisations};
use crate::http::idempotency::{idempotency_key, run_once};
use crate::http::parameters::{RouteParameters, refuse_unknown_parameters};
use crate::http::response::ApiRefusal;
use crate::http::state::SharedContext;

/// The context of the guard.
#[derive(Clone)]
pub(crate) struct GuardContext {
    pub api: SharedContext,
    /// The documented query parameters of each route.
    pub parameters: &'static LazyLock<RouteParameters>,
}

/// Passes a request to its handler, with the [`ApiCaller`] attached.
pub(crate) async fn guard_request(
    State(GuardContext { api, parameters }): State<GuardContext>,
    mut request: Request,
    next: Next,
) -> Response {
    let now = request_time(&request);
    let issued = match authenticate(&api.store, request.headers(), now).await {
        Ok(issued) => issued,
        Err(problem) => return ApiRefusal(problem).into_response(),
    };
    let (key, touched, used) =
        (&issued.key, TouchedOrganisations::default(), AuditableRequest::from_request(&request));
    let route = route_name(&request);
    let is_named = matches!(idempotency_key(&request), Ok(Some(_)));
    let room = api.limits.count_request(&api.store, key, &route, is_named, now).await;
    let refusal = room
        .refusal_problem()
        .or_else(|| refuse_unknown_parameters(parameters, &route, request.uri()).err());
    let mut response = if let Some(problem) = refusal {
        ApiRefusal(problem).into_response()
    } else {
        request.extensions_mut().insert(ApiCaller(key.clone(), touched.clone()));
        let response = run_once(&api, key, request, next, now)
            .await
            .unwrap_or_else(IntoResponse::into_response);
        used.audit_response(&api.store, &issued, &touched, response, now).await
    };
    response.headers_mut().extend(room.to_headers());
    response
}

/// Returns the method and the route template.
fn route_name(request: &Request) -> String {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| request.uri().path(), MatchedPath::as_str);
    format!("{} {}", request.method(), path.trim_end_matches('/'))
}

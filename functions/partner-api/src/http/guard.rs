//! What stands before every route: whose key it is, whether its owner or its partner asks too
//! often, whether the request was done before; and what notes, after it, what was changed.

use crate::http::authentication::authenticate;
use std::sync::LazyLock;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runtime::http::now;

use crate::http::audit_trail::Use;
use crate::http::caller::{Caller, Touched};
use crate::http::idempotency::{name, once};
use crate::http::parameters::{Parameters, refuse_unknown_parameters};
use crate::http::response::Refused;
use crate::http::state::Shared;

/// What the guard works with.
#[derive(Clone)]
pub(crate) struct Guarded {
    pub api: Shared,
    /// What the document says each route takes.
    pub parameters: &'static LazyLock<Parameters>,
}

/// Lets a request through to its handler, with its [`Caller`].
pub(crate) async fn guard(
    State(Guarded { api, parameters }): State<Guarded>,
    mut request: Request,
    next: Next,
) -> Response {
    let now = now(&request);
    let issued = match authenticate(&api.store, request.headers(), now).await {
        Ok(issued) => issued,
        Err(problem) => return Refused(problem).into_response(),
    };
    let (key, touched, used) = (&issued.key, Touched::default(), Use::of(&request));
    let route = route(&request);
    let is_named = matches!(name(&request), Ok(Some(_)));
    let room = api.limits.count(&api.store, key, &route, is_named, now).await;
    let refusal = room
        .refusal()
        .or_else(|| refuse_unknown_parameters(parameters, &route, request.uri()).err());
    let mut response = if let Some(problem) = refusal {
        Refused(problem).into_response()
    } else {
        request.extensions_mut().insert(Caller(key.clone(), touched.clone()));
        let response =
            once(&api, key, request, next, now).await.unwrap_or_else(IntoResponse::into_response);
        used.kept(&api.store, &issued, &touched, response, now).await
    };
    response.headers_mut().extend(room.told());
    response
}

/// The route as it is written in the router, with its method.
fn route(request: &Request) -> String {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| request.uri().path(), MatchedPath::as_str);
    format!("{} {}", request.method(), path.trim_end_matches('/'))
}

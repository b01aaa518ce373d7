//! The audit trail: a request is described before its handler runs, and stored afterwards if a
//! change was made.

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::account::ApiKeyLevel;
use domain::account::audit::{AuditActor, AuditRecord, AuditTenant, MOST_IDS};
use domain::account::issued_key::IssuedApiKey;
use domain::basics::id::{AuditId, OrganisationId};
use jiff::Timestamp;
use runtime::http::request_id;
use runtime::random::new_seed;
use runtime::worker::error_chain;
use serde_json::Value;
use store::Store;

use crate::http::caller::TouchedOrganisations;
use crate::http::idempotency::IDEMPOTENT_REPLAYED;

/// The longest path id that is stored.
const MOST_ID: usize = 255;
/// The suffix of POST routes that change nothing.
const ASKS_ONLY: &str = "/dry-run";

/// A request as the audit trail records requests.
#[derive(Debug)]
pub(crate) struct AuditableRequest {
    method: Method,
    route: String,
    ids: Vec<String>,
    request_id: String,
}

impl AuditableRequest {
    /// Describes a request before its handler runs.
    pub fn from_request(request: &Request) -> Self {
        let path = request.uri().path();
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or(path, MatchedPath::as_str)
            .trim_end_matches('/');
        let named = route
            .split('/')
            .zip(path.split('/'))
            .filter(|(word, id)| word.starts_with('{') && id.len() <= MOST_ID);
        let ids = named.map(|(_, id)| id.to_owned()).collect();
        Self {
            method: request.method().clone(),
            route: route.to_owned(),
            ids,
            request_id: request_id(request),
        }
    }

    /// Stores an audit event if the request made a change, and passes the response on. An
    /// idempotent replay made no change.
    pub async fn audit_response(
        self,
        store: &Store,
        issued: &IssuedApiKey,
        touched: &TouchedOrganisations,
        response: Response,
        now: Timestamp,
    ) -> Response {
        let changes = [Method::POST, Method::PATCH, Method::DELETE].contains(&self.method)
            && !self.route.ends_with(ASKS_ONLY);
        if !changes
            || !response.status().is_success()
            || response.headers().contains_key(IDEMPOTENT_REPLAYED)
        {
            return response;
        }
        let (parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, usize::MAX).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if !has_made_nothing(&answer) {
            let request_id = self.request_id.clone();
            if let Err(error) =
                self.keep_event(store, issued, touched, (&answer, parts.status), now).await
            {
                // The change is made, and the client needs the response.
                tracing::error!(
                    request = request_id, key = %issued.key.id, error,
                    "Audit event could not be kept"
                );
            }
        }
        Response::from_parts(parts, Body::from(bytes))
    }

    async fn keep_event(
        self,
        store: &Store,
        issued: &IssuedApiKey,
        touched: &TouchedOrganisations,
        (answer, status): (&Value, StatusCode),
        now: Timestamp,
    ) -> Result<(), String> {
        let key = &issued.key;
        let (name, prefix) = (issued.name.clone(), issued.secret_prefix().to_owned());
        let mut ids = self.ids;
        ids.extend(made_ids(answer).filter(|id| id.len() <= MOST_ID));
        let mut seen = std::collections::HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        ids.truncate(MOST_IDS);
        let mut organisations = touched.noted_ids();
        organisations.extend(ids.iter().filter_map(|id| id.parse::<OrganisationId>().ok()));
        let audited = AuditRecord {
            id: AuditId::from_seed(new_seed().map_err(|error| error_chain(&error))?),
            at: now,
            by: AuditActor::Key {
                id: key.id.clone(),
                name,
                prefix,
                level: ApiKeyLevel::from(&key.reach),
            },
            whose: Some(AuditTenant { partner: key.partner.clone(), mode: key.mode }),
            organisations: organisations.into_iter().collect(),
            method: self.method.to_string(),
            route: self.route,
            ids,
            status: Some(status.as_u16()),
            request_id: self.request_id,
        };
        store.append_audit_entry(&audited).await.map_err(|error| error_chain(&error))
    }
}

/// Checks whether a batch created nothing, or rules were applied to no alert.
fn has_made_nothing(answer: &Value) -> bool {
    let none = |list: &Value| list.as_array().is_some_and(Vec::is_empty);
    (answer["created"] == 0 && answer["failed"].is_u64()) || none(&answer["reevaluated"])
}

/// Lists the ids in a response: of a resource, a batch, or the alerts that a request re-evaluated.
fn made_ids(answer: &Value) -> impl Iterator<Item = String> + '_ {
    let items = answer["results"].as_array().into_iter().flatten().map(|one| &one["id"]);
    let woken = answer["reevaluated"].as_array().into_iter().flatten();
    let ids = [&answer["id"], &answer["alert_id"]].into_iter().chain(items).chain(woken);
    ids.filter_map(Value::as_str).map(str::to_owned)
}

//! Webhook endpoints: URLs of a partner, or of an organisation, that receive events.

pub(crate) mod deliveries;
pub(crate) mod secret;
mod shown;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::ApiKeyScope;
use domain::account::enrolment::FieldError;
use domain::basics::id::{EndpointId, OrganisationId};
use domain::notify::event::EventKind;
use domain::notify::webhook::{
    SignatureScheme, SigningSecret, WebhookEndpoint, WebhookEndpointStatus,
};
use flows::problem::ProblemDetails;
use runtime::random::new_seed;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{RequestBody, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, sort_by_time};
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};

pub(crate) use deliveries::{list as deliveries, replay, test};
pub(crate) use secret::rotate;
use shown::{EndpointFields, to_response};

/// The path of the collection.
const PATH: &str = "/v1/webhook-endpoints";
/// The most endpoints of an owner: each event is checked against all endpoints.
const MOST_OF_ONE: usize = 20;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewWebhookEndpoint)]
pub(crate) struct CreateEndpoint {
    /// The organisation whose events are sent; all organisations of the partner by default.
    organisation_id: Option<OrganisationId>,
    #[schema(pattern = "^https?://")]
    url: String,
    #[schema(min_items = 1)]
    events: Vec<EventKind>,
    #[serde(default)]
    signature: SignatureScheme,
    status: Option<WebhookEndpointStatus>,
}

impl PatchableBody for CreateEndpoint {
    const CHANGEABLE: &'static [&'static str] = &["url", "events", "signature", "status"];
}

// Aliases, because the API document cannot name generic types.
type EndpointResponse = ResourceResponse<EndpointFields>;
type EndpointList = ListResponse<EndpointResponse>;
type ChangeEndpoint = PatchBody<CreateEndpoint>;

/// Creates a webhook endpoint.
///
/// Only this response contains the `secret`.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints", request_body = CreateEndpoint,
    responses((status = 200, body = EndpointResponse), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<EndpointFields>> {
    caller.require_ability("webhook_endpoints:write")?;
    let RequestBody { body, now } = RequestBody::<CreateEndpoint>::read_request(request).await?;
    let organisation = endpoint_owner(&api, &caller, body.organisation_id.clone()).await?;
    body.refuse_invalid(&api, None).await?;
    let id = EndpointId::from_seed(new_seed()?);
    let (secret, sealed) = secret::new_sealed_secret(&api, id.as_str()).await?;
    let endpoint = WebhookEndpoint {
        id,
        partner: caller.0.partner.clone(),
        organisation,
        url: body.url,
        events: body.events,
        signature: body.signature,
        secrets: vec![SigningSecret { sealed, until: None }],
        status: body.status.unwrap_or(WebhookEndpointStatus::Enabled),
        failing_since: None,
        lane: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if api.store.read_endpoints(endpoint.owner_id()).await?.len() >= MOST_OF_ONE {
        return Err(ProblemDetails::invalid_field(
            "url",
            "TOO_MANY",
            format!("At most {MOST_OF_ONE} endpoints are kept at one level."),
        )
        .into());
    }
    api.store.keep_endpoint(&endpoint).await?;
    Ok(Json(to_response(endpoint, Some(secret))))
}

/// Returns a webhook endpoint, without the secret.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}", responses((status = 200, body = EndpointResponse)),
    security(("bearer" = ["webhook_endpoints:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<EndpointFields>> {
    caller.require_ability("webhook_endpoints:read")?;
    Ok(Json(to_response(load_endpoint(&api, &caller, &id).await?, None)))
}

/// Lists webhook endpoints.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = EndpointList)),
    security(("bearer" = ["webhook_endpoints:read"])),
    extensions(("x-sorts" = json!("-created_at")), ("x-spans" = json!("created_at")))
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<EndpointFields>>> {
    caller.require_ability("webhook_endpoints:read")?;
    let only = asked.filter_text("organisation_id");
    let mut all = Vec::new();
    if only.is_none() && caller.0.reach == ApiKeyScope::Partner {
        all.extend(api.store.read_endpoints(caller.0.partner.as_str()).await?);
    }
    all.extend(
        api.store
            .read_endpoints_of_each(&caller.visible_organisation_ids(&api.store, only).await?)
            .await?,
    );
    let sorts =
        [("created_at", (|one| sort_by_time(one.created_at)) as fn(&WebhookEndpoint) -> String)];
    Ok(Json(asked.arrange_rows(
        all,
        |one| one.id.as_str(),
        &sorts,
        |one| to_response(one, None),
    )?))
}

/// Changes a webhook endpoint.
///
/// Enabling the endpoint again clears its failures.
#[utoipa::path(
    patch, path = "/v1/webhook-endpoints/{id}", request_body = ChangeEndpoint,
    responses((status = 200, body = EndpointResponse)),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<EndpointFields>> {
    caller.require_ability("webhook_endpoints:write")?;
    let old = load_endpoint(&api, &caller, &id).await?;
    let change = PatchRequest::read_request(request).await?;
    let CreateEndpoint { url, events, signature, status, .. } = {
        let new: CreateEndpoint =
            change.apply_onto(&to_response(old.clone(), None), CreateEndpoint::CHANGEABLE)?;
        new.refuse_invalid(&api, Some(old.status)).await?;
        new
    };
    let status = status.unwrap_or(old.status);
    let failing_since =
        old.failing_since.filter(|_| status == old.status && !change.given.contains_key("status"));
    let lane = old.lane.filter(|_| url == old.url && failing_since.is_some());
    let endpoint = WebhookEndpoint { url, events, signature, status, failing_since, lane, ..old }
        .next_version(change.now);
    api.store.commit_endpoint(&endpoint).await?;
    Ok(Json(to_response(endpoint, None)))
}

/// Deletes a webhook endpoint.
///
/// Pending deliveries are abandoned.
#[utoipa::path(
    delete, path = "/v1/webhook-endpoints/{id}", responses((status = 204)),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn delete(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_ability("webhook_endpoints:write")?;
    api.store.drop_endpoint(&load_endpoint(&api, &caller, &id).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Loads an endpoint that the caller may see. An endpoint of the partner itself needs a key of the
/// whole partner.
async fn load_endpoint(
    api: &ApiContext,
    caller: &ApiCaller,
    id: &str,
) -> Result<WebhookEndpoint, ProblemDetails> {
    let missing = || ProblemDetails::not_found("webhook endpoint");
    let id = EndpointId::try_from(id.to_owned()).map_err(|_| missing())?;
    let found = api
        .store
        .read_endpoint(&id)
        .await?
        .filter(|one| one.partner == caller.0.partner)
        .ok_or_else(missing)?;
    let visible = match &found.organisation {
        Some(organisation) => caller.find_organisation(&api.store, organisation).await?.is_some(),
        None => caller.0.reach == ApiKeyScope::Partner,
    };
    if visible { Ok(found) } else { Err(missing()) }
}

/// Returns the owner of a new endpoint. An organisation key can name only its own organisation.
async fn endpoint_owner(
    api: &ApiContext,
    caller: &ApiCaller,
    named: Option<OrganisationId>,
) -> Result<Option<OrganisationId>, ProblemDetails> {
    match (named, &caller.0.reach) {
        (Some(id), _) => Ok(Some(caller.require_organisation(&api.store, &id).await?.id)),
        (None, ApiKeyScope::Organisation(own)) => Ok(Some(own.clone())),
        (None, ApiKeyScope::Partner) => Ok(None),
        (None, ApiKeyScope::Group(_)) => Err(ProblemDetails::invalid_field(
            "organisation_id",
            "REQUIRED",
            "Is required with a key of some organisations.",
        )),
    }
}

impl CreateEndpoint {
    async fn refuse_invalid(
        &self,
        api: &ApiContext,
        before: Option<WebhookEndpointStatus>,
    ) -> Result<(), ProblemDetails> {
        refuse_faults(self.find_faults(before))?;
        let looked = api.webhooks.check_resolved_url(&self.url).await;
        looked.map(drop).map_err(|wrong| {
            ProblemDetails::invalid_field(
                "url",
                "URL_NOT_ALLOWED",
                format!("Cannot be called: {wrong}."),
            )
        })
    }

    fn find_faults(&self, before: Option<WebhookEndpointStatus>) -> Vec<FieldError> {
        let empty = self
            .events
            .is_empty()
            .then(|| FieldError::new("events", "EMPTY", "At least one event is needed."));
        let wrong = self
            .events
            .iter()
            .enumerate()
            .find(|(at, kind)| **kind == EventKind::Test || self.events[..*at].contains(kind));
        let wrong = wrong.map(|(at, _)| {
            FieldError::new(
                format!("events[{at}]"),
                "UNKNOWN_VALUE",
                "Must be an event, named once.",
            )
        });
        let own = self.status.is_none_or(|status| {
            matches!(status, WebhookEndpointStatus::Enabled | WebhookEndpointStatus::Disabled)
                || before == Some(status)
        });
        let status = (!own).then(|| {
            FieldError::new("status", "UNKNOWN_VALUE", "Must be `ENABLED` or `DISABLED`.")
        });
        empty.into_iter().chain(wrong).chain(status).collect()
    }
}

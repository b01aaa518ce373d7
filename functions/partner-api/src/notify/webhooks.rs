//! Webhook endpoints: where a partner, or one of its organisations, wants to hear of events.

pub(crate) mod deliveries;
pub(crate) mod secret;
mod shown;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::Reach;
use domain::account::enrolment::Fault;
use domain::basics::id::{EndpointId, OrganisationId};
use domain::notify::event::EventKind;
use domain::notify::webhook::{Endpoint, EndpointStatus, Signature, SigningSecret};
use flows::problem::Problem;
use runtime::random::new_seed;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{Given, refuse};
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, by_time};
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::{Api, Shared};

pub(crate) use deliveries::{list as deliveries, replay, test};
pub(crate) use secret::rotate;
use shown::{Fields, shown};

/// Where they are.
const PATH: &str = "/v1/webhook-endpoints";
/// The most endpoints of one owner: each event looks at them all.
const MOST_OF_ONE: usize = 20;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewWebhookEndpoint)]
pub(crate) struct New {
    /// Whose events are sent; without one those of all organisations of the partner.
    organisation_id: Option<OrganisationId>,
    #[schema(pattern = "^https?://")]
    url: String,
    #[schema(min_items = 1)]
    events: Vec<EventKind>,
    #[serde(default)]
    signature: Signature,
    status: Option<EndpointStatus>,
}

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] = &["url", "events", "signature", "status"];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;
type Changed = ChangeOf<New>;

/// Makes a webhook endpoint.
///
/// Its `secret` is in this answer and in no other.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints", request_body = New,
    responses((status = 200, body = One), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("webhook_endpoints:write")?;
    let Given { body, now } = Given::<New>::read(request).await?;
    let organisation = owner(&api, &caller, body.organisation_id.clone()).await?;
    body.check(&api, None).await?;
    let id = EndpointId::from_seed(new_seed()?);
    let (secret, sealed) = secret::new(&api, id.as_str()).await?;
    let endpoint = Endpoint {
        id,
        partner: caller.0.partner.clone(),
        organisation,
        url: body.url,
        events: body.events,
        signature: body.signature,
        secrets: vec![SigningSecret { sealed, until: None }],
        status: body.status.unwrap_or(EndpointStatus::Enabled),
        failing_since: None,
        lane: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if api.store.endpoints_of(endpoint.owner()).await?.len() >= MOST_OF_ONE {
        return Err(Problem::field(
            "url",
            "TOO_MANY",
            format!("At most {MOST_OF_ONE} endpoints are kept at one level."),
        )
        .into());
    }
    api.store.keep_endpoint(&endpoint).await?;
    Ok(Json(shown(endpoint, Some(secret))))
}

/// Shows a webhook endpoint, without its secret.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["webhook_endpoints:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("webhook_endpoints:read")?;
    Ok(Json(shown(seen(&api, &caller, &id).await?, None)))
}

/// Lists webhook endpoints.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = Many)), security(("bearer" = ["webhook_endpoints:read"])),
    extensions(("x-sorts" = json!("-created_at")), ("x-spans" = json!("created_at")))
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("webhook_endpoints:read")?;
    let only = asked.text("organisation_id");
    let mut all = Vec::new();
    if only.is_none() && caller.0.reach == Reach::Partner {
        all.extend(api.store.endpoints_of(caller.0.partner.as_str()).await?);
    }
    all.extend(
        api.store.endpoints_of_each(&caller.organisation_ids(&api.store, only).await?).await?,
    );
    let sorts = [("created_at", (|one| by_time(one.created_at)) as fn(&Endpoint) -> String)];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, |one| shown(one, None))?))
}

/// Changes a webhook endpoint.
///
/// To enable it again forgets that it failed.
#[utoipa::path(
    patch, path = "/v1/webhook-endpoints/{id}", request_body = Changed,
    responses((status = 200, body = One)),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("webhook_endpoints:write")?;
    let old = seen(&api, &caller, &id).await?;
    let change = Change::read(request).await?;
    let New { url, events, signature, status, .. } = {
        let new: New = change.onto(&shown(old.clone(), None), New::CHANGEABLE)?;
        new.check(&api, Some(old.status)).await?;
        new
    };
    let status = status.unwrap_or(old.status);
    let failing_since =
        old.failing_since.filter(|_| status == old.status && !change.given.contains_key("status"));
    let lane = old.lane.filter(|_| url == old.url && failing_since.is_some());
    let endpoint =
        Endpoint { url, events, signature, status, failing_since, lane, ..old }.changed(change.now);
    api.store.commit_endpoint(&endpoint).await?;
    Ok(Json(shown(endpoint, None)))
}

/// Deletes a webhook endpoint.
///
/// What is on its way to it is given up.
#[utoipa::path(
    delete, path = "/v1/webhook-endpoints/{id}", responses((status = 204)),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    caller.may("webhook_endpoints:write")?;
    api.store.drop_endpoint(&seen(&api, &caller, &id).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The endpoint, where the caller may see it: a partner's own only with a key of the whole partner.
async fn seen(api: &Api, caller: &Caller, id: &str) -> Result<Endpoint, Problem> {
    let missing = || Problem::not_found("webhook endpoint");
    let id = EndpointId::try_from(id.to_owned()).map_err(|_| missing())?;
    let found = api
        .store
        .endpoint(&id)
        .await?
        .filter(|one| one.partner == caller.0.partner)
        .ok_or_else(missing)?;
    let visible = match &found.organisation {
        Some(organisation) => caller.organisation(&api.store, organisation).await?.is_some(),
        None => caller.0.reach == Reach::Partner,
    };
    if visible { Ok(found) } else { Err(missing()) }
}

/// Whose it is to be: an organisation's key can only ask for its own.
async fn owner(
    api: &Api,
    caller: &Caller,
    named: Option<OrganisationId>,
) -> Result<Option<OrganisationId>, Problem> {
    match (named, &caller.0.reach) {
        (Some(id), _) => Ok(Some(caller.named_organisation(&api.store, &id).await?.id)),
        (None, Reach::Organisation(own)) => Ok(Some(own.clone())),
        (None, Reach::Partner) => Ok(None),
        (None, Reach::Group(_)) => Err(Problem::field(
            "organisation_id",
            "REQUIRED",
            "Is required with a key of some organisations.",
        )),
    }
}

impl New {
    async fn check(&self, api: &Api, before: Option<EndpointStatus>) -> Result<(), Problem> {
        refuse(self.faults(before))?;
        let looked = api.webhooks.look(&self.url).await;
        looked.map(drop).map_err(|wrong| {
            Problem::field("url", "URL_NOT_ALLOWED", format!("Cannot be called: {wrong}."))
        })
    }

    fn faults(&self, before: Option<EndpointStatus>) -> Vec<Fault> {
        let empty = self
            .events
            .is_empty()
            .then(|| Fault::new("events", "EMPTY", "At least one event is needed."));
        let wrong = self
            .events
            .iter()
            .enumerate()
            .find(|(at, kind)| **kind == EventKind::Test || self.events[..*at].contains(kind));
        let wrong = wrong.map(|(at, _)| {
            Fault::new(format!("events[{at}]"), "UNKNOWN_VALUE", "Must be an event, named once.")
        });
        let own = self.status.is_none_or(|status| {
            matches!(status, EndpointStatus::Enabled | EndpointStatus::Disabled)
                || before == Some(status)
        });
        let status = (!own)
            .then(|| Fault::new("status", "UNKNOWN_VALUE", "Must be `ENABLED` or `DISABLED`."));
        empty.into_iter().chain(wrong).chain(status).collect()
    }
}

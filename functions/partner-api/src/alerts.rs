//! Alerts: seen, listed, and acted on.

pub(crate) mod act;
mod named;
pub(crate) mod quarantine;
mod related;
mod subscriptions;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::routing::{get, post};
use domain::account::person::Person;
use domain::alert::status::{INVALIDS, RESOLUTIONS};
use domain::alert::{Alert, Need};
use domain::basics::id::AlertId;
use domain::network::claim::{Kind, Network};
use flows::problem::Problem;
use runtime::http::now;
use serde::Serialize;
use store::facts::Fact;
use store::keys::{Key, Spread, alert, lists_of};
use store::list::Listing;
use utoipa::ToSchema;
use views::alert::{Fields, shown};
use views::history::{Entry, entries};

use crate::http::body::Given;
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, Filter, List, documented};
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::{Api, Route, Shared};
use act::Patch;
use related::Related;

/// What alerts are filtered by, beside their times.
const FILTERS: [Filter; 14] = [
    Filter::text("merchant_id", Fact::Merchant, "Only of this merchant."),
    Filter::text("integration_id", Fact::Integration, "Only about a sale from this integration."),
    Filter::text("integration_transaction_id", Fact::Payment, "Only about this payment."),
    Filter::text("order_id", Fact::Order, "Only about a sale of this order."),
    Filter::text(
        "order_reference",
        Fact::OrderReference,
        "Only about a sale of the order that its merchant calls so.",
    ),
    Filter::text("arn", Fact::Arn, "Only with this acquirer's reference number."),
    Filter::text("vendor_alert_id", Fact::VendorAlertId, "Only what the network calls so."),
    Filter::word("network", Fact::Network, &NETWORKS, "Only of this network."),
    Filter::word("type", Fact::Kind, &KINDS, "Only of this type."),
    Filter::word(
        "status",
        Fact::Status,
        &["ACTION_REQUIRED", "RESOLVED", "INVALID"],
        "Only with this status.",
    ),
    Filter::word(
        "resolution_reason",
        Fact::ResolutionReason,
        &RESOLUTIONS,
        "Only those that ended so.",
    ),
    Filter::word(
        "invalid_reason",
        Fact::InvalidReason,
        &INVALIDS,
        "Only those that needed nothing for this reason.",
    ),
    Filter::word(
        "action_required_reason",
        Fact::NeededFor,
        &Need::WORDS,
        "Only those that need a person for this reason.",
    ),
    Filter::word(
        "transaction_refund_outcome",
        Fact::RefundOutcome,
        &["REFUNDED", "NOT_REFUNDED"],
        "Only those whose money went back, or only the others.",
    ),
];
const NETWORKS: [&str; 1] = [Network::Ethoca.as_str()];
const KINDS: [&str; 2] = [Kind::Fraud.as_str(), Kind::Dispute.as_str()];

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Shows an alert.
///
/// With what else its card paid for within 120 days, and, where that is asked for, the
/// subscriptions of whoever paid.
#[utoipa::path(
    get, path = "/v1/alerts/{id}",
    params(
        (
            "include" = Option<String>, Query, pattern = "^related_subscriptions$",
            description = "Asks the processor for the customer's subscriptions, too."
        )
    ),
    responses((status = 200, body = Whole)), security(("bearer" = ["alerts:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
    request: Request,
) -> Answer<Whole> {
    caller.may("alerts:read")?;
    let alert = seen(&api, &caller, id).await?;
    let mut shown = whole(&api, &alert).await?;
    if asked.one_of("include", &["related_subscriptions"])?.is_some() {
        shown.related_subscriptions = subscriptions::to(&api, &alert, now(&request)).await?;
    }
    Ok(Json(shown))
}

/// Shows an alert's history.
///
/// Who or what did each step, when, and what it rests on.
#[utoipa::path(
    get, path = "/v1/alerts/{id}/history", responses((status = 200, body = History)),
    security(("bearer" = ["alerts:read"]))
)]
pub(crate) async fn history(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<History> {
    caller.may("alerts:read")?;
    let items = entries(&seen(&api, &caller, id).await?);
    Ok(Json(History { count: items.len(), items }))
}

/// Lists alerts.
#[utoipa::path(
    get, path = "/v1/alerts",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("is_actionable" = Option<bool>, Query, description = "Only those that need a person, or \
            only the others."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["alerts:read"])),
    extensions(
        ("x-filters" = json!(documented(&FILTERS))),
        ("x-sorts" = json!("-alert_received_at created_at action_required_deadline")),
        ("x-spans" = json!("alert_received_at created_at updated_at action_required_deadline"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("alerts:read")?;
    let (field, newest_first) = asked.sort(
        &["alert_received_at", "created_at", "action_required_deadline"],
        "-alert_received_at",
    )?;
    // one time under two names
    let (received, made) = (asked.span("alert_received_at")?, asked.span("created_at")?);
    let (from, to) = (received.0.max(made.0), [received.1, made.1].into_iter().flatten().min());
    let by = (field == "action_required_deadline").then_some(Fact::Deadline);
    let mut listing = asked.listing_between((from, to), (newest_first, by), &FILTERS)?;
    listing.one_of.extend(
        asked.truth("is_actionable")?.map(|truth| (Fact::IsActionable, vec![truth.to_owned()])),
    );
    let spans = [
        asked.within("action_required_deadline", Fact::Deadline)?,
        asked.within("updated_at", Fact::UpdatedAt)?,
    ];
    let within = spans.into_iter().flatten().collect();
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().flat_map(|one| lists_of(&one.id, Spread::Alerts)).collect();
    let named = named(&asked);
    let listed = api.store.list::<Alert>(&Listing { lists, named, within, ..listing }).await?;
    Ok(Json(asked.listed(listed, by.is_none(), shown)))
}

/// Acts on an alert, notes something, or both.
///
/// The answer waits up to 8 s for the alert to be resolved. It does not with `Prefer:
/// respond-async`, nor where 60 answers of the partner waited in this minute.
#[utoipa::path(
    patch, path = "/v1/alerts/{id}", request_body = Patch,
    responses(
        (status = 200, body = Whole),
        (status = 409, description = "ALREADY_RESOLVED DEADLINE_PASSED NOT_ACTIONABLE \
            ENROLMENT_NOT_ACCEPTED"),
        (status = 422, description = "TRANSACTION_REQUIRED NO_PROCESSOR"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["alerts:write"]))
)]
pub(crate) async fn act(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<(HeaderMap, Json<Whole>), Refused> {
    caller.may("alerts:write")?;
    let alert = seen(&api, &caller, id).await?;
    let Given { body: patch, now } = Given::<Patch>::read(request).await?;
    patch.refuse()?;
    let by = Person::from(caller.0.id.clone());
    let acted = act::take(&api, &by, &alert.id, &patch, now).await?;
    act::note(&api, &by, &alert.id, &patch, now).await?;
    let mut told = HeaderMap::new();
    if prefers_async(&headers) {
        told.insert(
            HeaderName::from_static("preference-applied"),
            HeaderValue::from_static("respond-async"),
        );
    } else if acted && api.limits.may_wait(&api.store, &caller.0.partner, now).await {
        act::wait(&api, &alert.id).await?;
    }
    let alert = api.store.alert(&alert.id).await?.ok_or_else(|| Problem::not_found("alert"))?;
    Ok((told, Json(whole(&api, &alert).await?)))
}

/// All steps of an alert, the first first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct History {
    count: usize,
    items: Vec<Entry>,
}

/// An alert with what only its own page has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertInFull)]
pub(crate) struct Whole {
    #[serde(flatten)]
    alert: One,
    related_transactions: Vec<Related>,
    /// Null unless it is asked for, and where the processor does not tell.
    related_subscriptions: Option<Vec<subscriptions::Related>>,
}

async fn whole(api: &Api, alert: &Alert) -> Result<Whole, Problem> {
    Ok(Whole {
        alert: shown(alert),
        related_transactions: related::to(&api.store, alert).await?,
        related_subscriptions: None,
    })
}

/// The alert, where the caller may see it.
pub(crate) async fn seen(api: &Api, caller: &Caller, id: String) -> Result<Alert, Problem> {
    let missing = || Problem::not_found("alert");
    let id = AlertId::try_from(id).map_err(|_| missing())?;
    let alert = api.store.alert(&id).await?.ok_or_else(missing)?;
    caller.organisation(&api.store, &alert.organisation).await?.map(|_| alert).ok_or_else(missing)
}

/// The keys of the alerts that the network's own ids name.
fn named(asked: &Asked) -> Option<Vec<Key>> {
    let ids = asked.texts("vendor_alert_id");
    let of_all =
        ids.iter().flat_map(|id| Network::ALL.map(|network| alert(&Alert::id_named(network, id))));
    (!ids.is_empty()).then(|| of_all.collect())
}

pub(crate) fn prefers_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
}

/// The routes of the room.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        ("/v1/alerts", get(list)),
        ("/v1/alerts/{id}", get(show).patch(act)),
        ("/v1/alerts/{id}/history", get(history)),
        ("/v1/quarantine", get(quarantine::list)),
        ("/v1/quarantine/{id}", get(quarantine::show)),
        ("/v1/quarantine/{id}/release", post(quarantine::release)),
        ("/v1/quarantine/{id}/discard", post(quarantine::discard)),
    ]
}

//! Enrolments: what the networks watch for an organisation.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Merchant, Mode};
use domain::claim::Network;
use domain::enrolment::{Enrolment, EnrolmentStatus, Fault, NOTHING_NAMED, Route, Watches, clashes};
use domain::id::{ConnectionId, EnrolmentId, MerchantId, OrganisationId};
use jiff::Timestamp;
use runtime::auth::new_seed;
use runtime::http::{Code, Problem, now};
use runtime::shown::enrolment::{EthocaAlert, Fields, Kind, VerifiRdr, shown};
use serde::Deserialize;
use store::{Store, StoreError};
use utoipa::ToSchema;

use crate::answer::{Answer, Shown};
use crate::body::{Given, refuse};
use crate::caller::{Caller, missing};
use crate::page::{Asked, List, Sort, by_time};
use crate::{Shared, merchants};

/// Told where a descriptor clashes; whose the other is, is nobody's business.
const CLASH: &str = "A descriptor overlaps one that is enrolled already; it routes nothing until this is cleared up.";

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEnrolment)]
pub(crate) struct New {
    #[schema(min_items = 1)]
    merchant_ids: Vec<MerchantId>,
    #[serde(rename = "type")]
    kind: Kind,
    ethoca_alert: Option<EthocaAlert>,
    verifi_rdr: Option<VerifiRdr>,
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Makes an enrolment: what a network is to watch.
#[utoipa::path(
    post, path = "/v2/enrolments", request_body = New,
    responses((status = 200, body = One), (status = 404, description = "NOT_FOUND"), (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")),
    security(("bearer" = ["enrolments_v2:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(State(api): State<Shared>, caller: Caller, request: Request) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:write")?;
    let given = Given::<New>::read(request).await?;
    let found = merchants::all_of(&api.store, &caller, &given.body.merchant_ids).await?;
    let organisation = only_organisation(&found)?;
    let mode = caller.named_organisation(&api.store, &organisation).await?.mode;
    let merchant_ids = given.body.merchant_ids.clone();
    let watches = given.body.watches()?;
    let enrolment = Enrolment {
        id: EnrolmentId::from_seed(new_seed()?),
        organisation,
        merchant_ids,
        watches,
        status: EnrolmentStatus::Pending,
        connection: None,
        note: None,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    Ok(Json(shown(enrol(&api.store, enrolment, mode).await?)))
}

/// Shows an enrolment.
#[utoipa::path(
    get, path = "/v2/enrolments/{id}", responses((status = 200, body = One)), security(("bearer" = ["enrolments_v2:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "enrolment").await?)))
}

/// Lists enrolments.
#[utoipa::path(
    get, path = "/v2/enrolments",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("type" = Option<Kind>, Query, description = "Only of this type."),
        ("status" = Option<EnrolmentStatus>, Query, description = "Only with this status."),
        ("merchant_id" = Option<String>, Query, description = "Only of this merchant."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["enrolments_v2:read"])),
    extensions(("x-key-level" = json!("PARTNER")), ("x-sorts" = json!("-created_at updated_at")), ("x-spans" = json!("created_at updated_at")))
)]
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("enrolments_v2:read")?;
    asked.one_of("type", &["ETHOCA_ALERT", "VERIFI_RDR"])?;
    asked.one_of("status", &["PENDING", "ENABLED", "NEEDS_ATTENTION", "UNENROLLED"])?;
    let mut all: Vec<Enrolment> = caller.records(&api.store, asked.text("organisation_id")).await?;
    all.retain(|one| fits(one, &asked));
    let sorts: [Sort<Enrolment>; 2] = [("created_at", |one| by_time(one.created_at)), ("updated_at", |one| by_time(one.updated_at))];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// Ends an enrolment.
///
/// It stays, `UNENROLLED`, with the alerts it brought; late ones are taken in and shown. Again is the same.
#[utoipa::path(
    delete, path = "/v2/enrolments/{id}", responses((status = 200, body = One)), security(("bearer" = ["enrolments_v2:write"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn cancel(State(api): State<Shared>, caller: Caller, Path(id): Path<String>, request: Request) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:write")?;
    let old: Enrolment = caller.record(&api.store, &id, "enrolment").await?;
    let was_held = old.status == EnrolmentStatus::NeedsAttention;
    let ended = if old.status == EnrolmentStatus::Unenrolled { old.clone() } else { unenrolled(old.clone(), now(&request)) };
    if ended.version != old.version {
        api.store.replace(&ended).await?;
    }
    match &old.connection {
        // What never routed anything takes no late alerts either: they would be another's.
        Some(connection) if was_held => api.store.drop_routes(connection, &old).await?,
        Some(connection) => api.store.put_routes(connection, &ended.routes()).await?,
        None => {}
    }
    Ok(Json(shown(ended)))
}

fn unenrolled(old: Enrolment, now: Timestamp) -> Enrolment {
    let was_held = old.status == EnrolmentStatus::NeedsAttention;
    Enrolment {
        status: EnrolmentStatus::Unenrolled,
        connection: old.connection.filter(|_| !was_held),
        note: old.note.filter(|_| !was_held),
        version: old.version.saturating_add(1),
        updated_at: now,
        ..old
    }
}

impl New {
    /// What its type watches. What it has of another type is not kept, and must be readable none the less.
    fn watches(self) -> Result<Watches, Problem> {
        let ethoca = self.ethoca_alert.map(|EthocaAlert { descriptors }| Watches::EthocaAlert { descriptors });
        let rdr = self.verifi_rdr.map(|VerifiRdr { bin, caid, arns }| Watches::VerifiRdr { bin, caid, arns });
        let counts = |fault: &Fault| fault.code != NOTHING_NAMED || matches!(self.kind, Kind::VerifiRdr);
        refuse(ethoca.iter().chain(&rdr).flat_map(Watches::faults).filter(counts).collect())?;
        let (field, watches) = match self.kind {
            Kind::EthocaAlert => ("ethoca_alert", ethoca),
            Kind::VerifiRdr => ("verifi_rdr", rdr),
        };
        watches.ok_or_else(|| Problem::field(field, "REQUIRED", "Is required for this type."))
    }
}

/// The one organisation of all the merchants.
fn only_organisation(found: &[Merchant]) -> Result<OrganisationId, Problem> {
    let first = found.first().ok_or_else(|| Problem::field("merchant_ids", "EMPTY", "At least one merchant is needed."))?;
    if found.iter().any(|merchant| merchant.organisation != first.organisation) {
        return Err(merchants::of_several_organisations());
    }
    Ok(first.organisation.clone())
}

/// Keeps the enrolment and its routes. A TEST organisation has a connection of its own: it is sent no real alert.
async fn enrol(store: &Store, mut enrolment: Enrolment, mode: Mode) -> Result<Enrolment, StoreError> {
    let routes = enrolment.routes();
    if !routes.is_empty() {
        enrolment.connection = match mode {
            Mode::Live => store.connections().await?.into_iter().find(|one| one.network == Network::Ethoca).map(|one| one.id),
            Mode::Test => Some(ConnectionId::simulated(&enrolment.organisation)),
        };
    }
    let Some(connection) = enrolment.connection.clone() else {
        store.keep(&enrolment).await?;
        return Ok(enrolment);
    };
    if clashing(store, &connection, &routes).await? {
        enrolment = needing_attention(enrolment);
    }
    store.keep(&enrolment).await?;
    store.put_routes(&connection, &enrolment.routes()).await?;
    // Of two that enrol the same at the same moment, at least the later sees the other now.
    if enrolment.status == EnrolmentStatus::Pending && clashing(store, &connection, &routes).await? {
        enrolment = needing_attention(enrolment);
        enrolment.version = enrolment.version.saturating_add(1);
        store.put_routes(&connection, &enrolment.routes()).await?;
        store.replace(&enrolment).await?;
    }
    Ok(enrolment)
}

async fn clashing(store: &Store, connection: &ConnectionId, routes: &[Route]) -> Result<bool, StoreError> {
    let others = store.routes(connection).await?;
    Ok(routes.iter().any(|route| clashes(route, &others).next().is_some()))
}

fn needing_attention(enrolment: Enrolment) -> Enrolment {
    Enrolment { status: EnrolmentStatus::NeedsAttention, note: Some(CLASH.into()), ..enrolment }
}

/// The enrolments of a request's `enrolment_ids`, each named once and visible to the caller.
pub(crate) async fn all_of(store: &Store, caller: &Caller, ids: &[EnrolmentId]) -> Result<Vec<Enrolment>, Problem> {
    let mut found: Vec<Enrolment> = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let field = format!("enrolment_ids[{at}]");
        if ids[..at].contains(id) {
            return Err(Problem::field(field, "DUPLICATE", "The enrolment is named twice."));
        }
        match caller.record(store, id.as_str(), "enrolment").await {
            Err(problem) if problem.code == Code::NotFound => {
                return Err(missing(field, "enrolment"));
            }
            one => found.push(one?),
        }
    }
    Ok(found)
}

fn fits(one: &Enrolment, asked: &Asked) -> bool {
    asked.text("type").is_none_or(|kind| Kind::of(&one.watches).as_str() == kind)
        && asked.text("status").is_none_or(|status| word(one.status) == status)
        && asked.text("merchant_id").is_none_or(|id| one.merchant_ids.iter().any(|own| own.as_str() == id))
}

const fn word(status: EnrolmentStatus) -> &'static str {
    match status {
        EnrolmentStatus::Pending => "PENDING",
        EnrolmentStatus::Enabled => "ENABLED",
        EnrolmentStatus::NeedsAttention => "NEEDS_ATTENTION",
        EnrolmentStatus::Unenrolled => "UNENROLLED",
    }
}

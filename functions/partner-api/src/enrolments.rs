//! Enrolments: what the networks watch for an organisation.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Merchant, Mode};
use domain::claim::Network;
use domain::enrolment::{Descriptor, Enrolment, EnrolmentStatus, Route, Watches, clashes};
use domain::id::{ConnectionId, EnrolmentId, MerchantId, OrganisationId};
use jiff::Timestamp;
use runtime::auth::new_seed;
use runtime::http::{Code, Problem};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::answer::{Answer, Shown};
use crate::body::{Given, refuse};
use crate::caller::{Caller, missing};
use crate::page::{Asked, List, by_time};
use crate::{Shared, merchants};

/// Told where a descriptor clashes; whose the other is, is nobody's business.
const CLASH: &str = "A descriptor overlaps one that is enrolled already; it routes nothing until this is cleared up.";

#[derive(Debug, Deserialize)]
pub(crate) struct New {
    merchant_ids: Vec<MerchantId>,
    #[serde(rename = "type")]
    kind: Kind,
    ethoca_alert: Option<EthocaAlert>,
    verifi_rdr: Option<VerifiRdr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    EthocaAlert,
    VerifiRdr,
}

#[derive(Debug, Serialize, Deserialize)]
struct EthocaAlert {
    descriptors: Vec<Descriptor>,
}

#[derive(Debug, Serialize, Deserialize)]
struct VerifiRdr {
    bin: Option<String>,
    caid: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    arns: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Fields {
    id: EnrolmentId,
    organisation_id: OrganisationId,
    merchant_ids: Vec<MerchantId>,
    #[serde(rename = "type")]
    kind: Kind,
    status: EnrolmentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    ethoca_alert: Option<EthocaAlert>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifi_rdr: Option<VerifiRdr>,
    note: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// `POST /v2/enrolments/`
pub(crate) async fn create(State(api): State<Shared>, caller: Caller, request: Request) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:write")?;
    let given = Given::<New>::read(request).await?;
    let found = merchants::all_of(&api.store, &caller, &given.body.merchant_ids).await?;
    let organisation = only_organisation(&found)?;
    let mode = caller.named_organisation(&api.store, &organisation).await?.mode;
    let merchant_ids = given.body.merchant_ids.clone();
    let watches = given.body.watches()?;
    refuse(watches.faults())?;
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

/// `GET /v2/enrolments/{id}`
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "enrolment").await?)))
}

/// `GET /v2/enrolments/`
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("enrolments_v2:read")?;
    asked.one_of("type", &["ETHOCA_ALERT", "VERIFI_RDR"])?;
    asked.one_of("status", &["PENDING", "ENABLED", "NEEDS_ATTENTION", "UNENROLLED"])?;
    let mut all: Vec<Enrolment> = Vec::new();
    for organisation in caller.organisations(&api.store, asked.text("organisation_id")).await? {
        all.extend(api.store.records::<Enrolment>(&organisation.id).await?);
    }
    all.retain(|one| fits(one, &asked));
    let sorts = [("created_at", (|one| by_time(one.created_at)) as fn(&Enrolment) -> String)];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

impl New {
    fn watches(self) -> Result<Watches, Problem> {
        match (self.kind, self.ethoca_alert, self.verifi_rdr) {
            (Kind::EthocaAlert, Some(EthocaAlert { descriptors }), _) => Ok(Watches::EthocaAlert { descriptors }),
            (Kind::VerifiRdr, _, Some(VerifiRdr { bin, caid, arns })) => Ok(Watches::VerifiRdr { bin, caid, arns }),
            (Kind::EthocaAlert, None, _) => Err(Problem::field("ethoca_alert", "REQUIRED", "Is required for this type.")),
            (Kind::VerifiRdr, _, None) => Err(Problem::field("verifi_rdr", "REQUIRED", "Is required for this type.")),
        }
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

/// Keeps the enrolment and, for real organisations, its routes. TEST ones must not be sent real alerts.
async fn enrol(store: &Store, mut enrolment: Enrolment, mode: Mode) -> Result<Enrolment, StoreError> {
    let routes = enrolment.routes();
    if mode == Mode::Live && !routes.is_empty() {
        let connections = store.connections().await?;
        enrolment.connection = connections.into_iter().find(|one| one.network == Network::Ethoca).map(|one| one.id);
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
    asked.text("type").is_none_or(|kind| kind_of(&one.watches).0 == kind)
        && asked.text("status").is_none_or(|status| word(one.status) == status)
        && asked.text("merchant_id").is_none_or(|id| one.merchant_ids.iter().any(|own| own.as_str() == id))
}

const fn kind_of(watches: &Watches) -> (&'static str, Kind) {
    match watches {
        Watches::EthocaAlert { .. } => ("ETHOCA_ALERT", Kind::EthocaAlert),
        Watches::VerifiRdr { .. } => ("VERIFI_RDR", Kind::VerifiRdr),
    }
}

const fn word(status: EnrolmentStatus) -> &'static str {
    match status {
        EnrolmentStatus::Pending => "PENDING",
        EnrolmentStatus::Enabled => "ENABLED",
        EnrolmentStatus::NeedsAttention => "NEEDS_ATTENTION",
        EnrolmentStatus::Unenrolled => "UNENROLLED",
    }
}

fn shown(from: Enrolment) -> Shown<Fields> {
    let Enrolment { id, organisation, merchant_ids, watches, status, connection: _, note, version, created_at, updated_at } = from;
    let (path, (_, kind)) = (id.to_string(), kind_of(&watches));
    let (ethoca_alert, verifi_rdr) = match watches {
        Watches::EthocaAlert { descriptors } => (Some(EthocaAlert { descriptors }), None),
        Watches::VerifiRdr { bin, caid, arns } => (None, Some(VerifiRdr { bin, caid, arns })),
    };
    #[rustfmt::skip]
    let fields = Fields { id, organisation_id: organisation, merchant_ids, kind, status, ethoca_alert, verifi_rdr, note, created_at, updated_at };
    Shown::at("/v2/enrolments", &path, version, fields)
}

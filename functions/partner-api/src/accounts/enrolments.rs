//! Enrolments: what the networks watch for an organisation.

mod enrol;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::Merchant;
use domain::account::enrolment::{Enrolment, EnrolmentStatus, Fault, NOTHING_NAMED, Watches};
use domain::basics::id::{EnrolmentId, MerchantId, OrganisationId};
use enrol::{Draft, enrol};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::http::now;
use serde::Deserialize;
use store::Store;
use utoipa::ToSchema;
use views::enrolment::{EthocaAlert, Fields, Kind, VerifiRdr, shown};

use crate::accounts::merchants;
use crate::http::body::{Given, refuse};
use crate::http::caller::{Caller, missing};
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::response::{Answer, Shown};
use crate::http::state::Shared;

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
type Changed = ChangeOf<New>;

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] = &["merchant_ids"];
}

/// Makes an enrolment: what a network is to watch.
///
/// Idempotent: where the organisation has an enrolment of the same merchants and descriptors that
/// has not ended, that one is answered.
#[utoipa::path(
    post, path = "/v2/enrolments", request_body = New,
    responses(
        (status = 200, body = One), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["enrolments_v2:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:write")?;
    let given = Given::<New>::read(request).await?;
    let found = merchants::all_of(&api.store, &caller, &given.body.merchant_ids).await?;
    let organisation = only_organisation(&found)?;
    let mode = caller.named_organisation(&api.store, &organisation).await?.mode;
    let merchant_ids = given.body.merchant_ids.clone();
    let watches = given.body.watches()?;
    let draft = Draft { organisation, merchant_ids, watches, now: given.now };
    Ok(Json(shown(enrol(&api.store, draft, mode).await?)))
}

/// Shows an enrolment.
#[utoipa::path(
    get, path = "/v2/enrolments/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["enrolments_v2:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
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
    extensions(
        ("x-key-level" = json!("PARTNER")),
        ("x-sorts" = json!("-created_at updated_at")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("enrolments_v2:read")?;
    asked.one_of("type", &["ETHOCA_ALERT", "VERIFI_RDR"])?;
    asked.one_of("status", &["PENDING", "ENABLED", "NEEDS_ATTENTION", "UNENROLLED"])?;
    let mut all: Vec<Enrolment> = caller.records(&api.store, asked.text("organisation_id")).await?;
    all.retain(|one| fits(one, &asked));
    let sorts: [Sort<Enrolment>; 2] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
    ];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// Changes the merchants of an enrolment.
///
/// `merchant_ids` is replaced as a whole. Alerts that come from then on are about these merchants'
/// sales; those that were matched stay as they are. Other descriptors are another enrolment.
#[utoipa::path(
    patch, path = "/v2/enrolments/{id}", request_body = Changed,
    responses(
        (status = 200, body = One), (status = 409, description = "CONFLICT"),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["enrolments_v2:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:write")?;
    let old: Enrolment = caller.record(&api.store, &id, "enrolment").await?;
    let change = Change::read(request).await?;
    let New { merchant_ids, .. } = change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    let found = merchants::all_of(&api.store, &caller, &merchant_ids).await?;
    if only_organisation(&found)? != old.organisation {
        return Err(merchants::of_several_organisations().into());
    }
    if old.has_merchants(&merchant_ids) {
        return Ok(Json(shown(old)));
    }
    if old.status == EnrolmentStatus::Unenrolled {
        return Err(
            Problem::new(Code::Conflict, "The enrolment is UNENROLLED; make another.").into()
        );
    }
    let changed = Enrolment {
        merchant_ids,
        updated_at: change.now,
        version: old.version.saturating_add(1),
        ..old
    };
    api.store.replace(&changed).await?;
    Ok(Json(shown(changed)))
}

/// Ends an enrolment.
///
/// It stays, `UNENROLLED`, with the alerts it brought; late ones are taken in and shown. Again is
/// the same.
#[utoipa::path(
    delete, path = "/v2/enrolments/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["enrolments_v2:write"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn cancel(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("enrolments_v2:write")?;
    let old: Enrolment = caller.record(&api.store, &id, "enrolment").await?;
    let was_held = old.status == EnrolmentStatus::NeedsAttention;
    // What never routed anything takes no late alerts either: they would be another's. The record
    // goes last, by which a repeat finds the routes.
    if let Some(connection) = old.connection.as_ref().filter(|_| was_held) {
        api.store.drop_routes(connection, &old, now(&request)).await?;
    }
    let ended = if old.status == EnrolmentStatus::Unenrolled {
        old.clone()
    } else {
        unenrolled(old.clone(), now(&request))
    };
    if ended.version != old.version {
        api.store.replace(&ended).await?;
    }
    api.store.put_routes(&ended).await?;
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
    /// What its type watches. What it has of another type is not kept, and must be readable none
    /// the less.
    fn watches(self) -> Result<Watches, Problem> {
        let ethoca = self
            .ethoca_alert
            .map(|EthocaAlert { descriptors }| Watches::EthocaAlert { descriptors });
        let rdr = self.verifi_rdr.map(|VerifiRdr { bin, caid, arns }| Watches::VerifiRdr {
            bin,
            caid,
            arns,
        });
        let counts =
            |fault: &Fault| fault.code != NOTHING_NAMED || matches!(self.kind, Kind::VerifiRdr);
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
    let first = found.first().ok_or_else(|| {
        Problem::field("merchant_ids", "EMPTY", "At least one merchant is needed.")
    })?;
    if found.iter().any(|merchant| merchant.organisation != first.organisation) {
        return Err(merchants::of_several_organisations());
    }
    Ok(first.organisation.clone())
}

/// The enrolments of a request's `enrolment_ids`, each named once and visible to the caller.
pub(crate) async fn all_of(
    store: &Store,
    caller: &Caller,
    ids: &[EnrolmentId],
) -> Result<Vec<Enrolment>, Problem> {
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
        && asked
            .text("merchant_id")
            .is_none_or(|id| one.merchant_ids.iter().any(|own| own.as_str() == id))
}

const fn word(status: EnrolmentStatus) -> &'static str {
    match status {
        EnrolmentStatus::Pending => "PENDING",
        EnrolmentStatus::Enabled => "ENABLED",
        EnrolmentStatus::NeedsAttention => "NEEDS_ATTENTION",
        EnrolmentStatus::Unenrolled => "UNENROLLED",
    }
}

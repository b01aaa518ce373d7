//! Merchants: the processor accounts that take an organisation's payments.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::enrolment::Fault;
use domain::account::{Merchant, MerchantKind};
use domain::basics::id::{MerchantId, OrganisationId};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::http::body::{Given, length, refuse};
use crate::http::caller::{Caller, missing};
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::references::Uses;
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::Shared;

/// The merchant types as the API writes them.
const KINDS: [&str; 9] = [
    "GENERIC",
    "STRIPE",
    "ADYEN",
    "SHOPIFY",
    "AUTHORIZE_NET",
    "BRAINTREE",
    "CHECKOUT",
    "NMI",
    "CLEARHAUS",
];

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMerchant)]
pub(crate) struct New {
    organisation_id: OrganisationId,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    name: String,
    #[serde(rename = "type")]
    kind: MerchantKind,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    external_id: Option<String>,
    default_representment_service_type: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merchant)]
pub(crate) struct Fields {
    id: MerchantId,
    organisation_id: OrganisationId,
    name: String,
    #[serde(rename = "type")]
    kind: MerchantKind,
    external_id: Option<String>,
    default_representment_service_type: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] =
        &["name", "type", "external_id", "default_representment_service_type"];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;
type Changed = ChangeOf<New>;

/// Makes a merchant: an account that takes payments.
#[utoipa::path(
    post, path = "/v1/merchants", request_body = New,
    responses((status = 200, body = One), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["merchants:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("merchants:write")?;
    let given = Given::<New>::read(request).await?;
    refuse(given.body.faults())?;
    caller.named_organisation(&api.store, &given.body.organisation_id).await?;
    let merchant = given.body.merchant(MerchantId::from_seed(new_seed()?), given.now);
    api.store.keep(&merchant).await?;
    Ok(Json(shown(merchant)))
}

/// Shows a merchant.
#[utoipa::path(
    get, path = "/v1/merchants/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["merchants:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("merchants:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "merchant").await?)))
}

/// Lists merchants.
#[utoipa::path(
    get, path = "/v1/merchants",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("type" = Option<MerchantKind>, Query, description = "Only of this type."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this, in any \
            case."),
        ("external_id" = Option<String>, Query, description = "Only the one with this \
            `external_id`."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["merchants:read"])),
    extensions(("x-key-level" = json!("PARTNER")), ("x-sorts" = json!("-created_at updated_at \
        name type")), ("x-spans" = json!("created_at updated_at")))
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("merchants:read")?;
    asked.one_of("type", &KINDS)?;
    let mut all: Vec<Merchant> = caller.records(&api.store, asked.text("organisation_id")).await?;
    all.retain(|one| fits(one, &asked));
    let sorts: [Sort<Merchant>; 4] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
        ("type", |one| word(one.kind).to_owned()),
    ];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// Changes a merchant.
#[utoipa::path(
    patch, path = "/v1/merchants/{id}", request_body = Changed,
    responses((status = 200, body = One)),
    security(("bearer" = ["merchants:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("merchants:write")?;
    let old: Merchant = caller.record(&api.store, &id, "merchant").await?;
    let change = Change::read(request).await?;
    let new: New = change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    refuse(new.faults())?;
    let merchant = Merchant {
        version: old.version.saturating_add(1),
        created_at: old.created_at,
        ..new.merchant(old.id, change.now)
    };
    api.store.replace(&merchant).await?;
    Ok(Json(shown(merchant)))
}

/// Deletes a merchant that nothing refers to.
#[utoipa::path(
    delete, path = "/v1/merchants/{id}",
    responses((status = 204), (status = 409, description = "IN_USE")),
    security(("bearer" = ["merchants:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    caller.as_partner_may("merchants:write")?;
    let merchant: Merchant = caller.record(&api.store, &id, "merchant").await?;
    Uses::of_merchant(&api.store, &merchant).await?.refuse("merchant")?;
    api.store.remove(&merchant).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl New {
    fn faults(&self) -> Vec<Fault> {
        let external = self.external_id.as_deref().and_then(|id| length("external_id", id, 255));
        length("name", &self.name, 255).into_iter().chain(external).collect()
    }

    fn merchant(self, id: MerchantId, now: Timestamp) -> Merchant {
        Merchant {
            id,
            organisation: self.organisation_id,
            name: self.name,
            kind: self.kind,
            external_id: self.external_id.map(|id| id.trim().to_owned()),
            default_representment_service_type: self.default_representment_service_type,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// The merchants of a request's `merchant_ids`, each named once and visible to the caller.
pub(crate) async fn all_of(
    store: &Store,
    caller: &Caller,
    ids: &[MerchantId],
) -> Result<Vec<Merchant>, Problem> {
    let mut merchants: Vec<Merchant> = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let field = format!("merchant_ids[{at}]");
        if ids[..at].contains(id) {
            return Err(Problem::field(field, "DUPLICATE", "The merchant is named twice."));
        }
        match caller.record(store, id.as_str(), "merchant").await {
            Err(problem) if problem.code == Code::NotFound => {
                return Err(missing(field, "merchant"));
            }
            found => merchants.push(found?),
        }
    }
    Ok(merchants)
}

/// Refuses merchants that are not all of one organisation.
pub(crate) fn of_several_organisations() -> Problem {
    Problem::of_field(
        Code::MerchantsDifferentOrganisations,
        "merchant_ids",
        "The merchants must be of one organisation.",
    )
}

fn fits(one: &Merchant, asked: &Asked) -> bool {
    let name = one.name.to_lowercase();
    asked.text("type").is_none_or(|kind| word(one.kind) == kind)
        && asked.text("name").is_none_or(|part| name.contains(&part.to_lowercase()))
        && asked.text("external_id").is_none_or(|id| one.external_id.as_deref() == Some(id))
}

const fn word(kind: MerchantKind) -> &'static str {
    match kind {
        MerchantKind::Generic => "GENERIC",
        MerchantKind::Stripe => "STRIPE",
        MerchantKind::Adyen => "ADYEN",
        MerchantKind::Shopify => "SHOPIFY",
        MerchantKind::AuthorizeNet => "AUTHORIZE_NET",
        MerchantKind::Braintree => "BRAINTREE",
        MerchantKind::Checkout => "CHECKOUT",
        MerchantKind::Nmi => "NMI",
        MerchantKind::Clearhaus => "CLEARHAUS",
    }
}

fn shown(from: Merchant) -> Shown<Fields> {
    let Merchant {
        id,
        organisation,
        name,
        kind,
        external_id,
        default_representment_service_type,
        version,
        created_at,
        updated_at,
    } = from;
    let path = id.to_string();
    let fields = Fields {
        id,
        organisation_id: organisation,
        name,
        kind,
        external_id,
        default_representment_service_type,
        created_at,
        updated_at,
    };
    Shown::at("/v1/merchants", &path, version, fields)
}

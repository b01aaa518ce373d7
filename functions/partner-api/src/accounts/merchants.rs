//! Merchants: the processor accounts that take an organisation's payments.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::enrolment::FieldError;
use domain::account::{Merchant, MerchantKind};
use domain::basics::id::{MerchantId, OrganisationId};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::references::ResourceReferences;
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::SharedContext;

/// The merchant types in the API.
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
pub(crate) struct CreateMerchant {
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
pub(crate) struct MerchantFields {
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

impl PatchableBody for CreateMerchant {
    const CHANGEABLE: &'static [&'static str] =
        &["name", "type", "external_id", "default_representment_service_type"];
}

// Aliases, because the API document cannot name generic types.
type MerchantResponse = ResourceResponse<MerchantFields>;
type MerchantList = ListResponse<MerchantResponse>;
type ChangeMerchant = PatchBody<CreateMerchant>;

/// Creates a merchant: an account that takes payments.
#[utoipa::path(
    post, path = "/v1/merchants", request_body = CreateMerchant,
    responses((status = 200, body = MerchantResponse), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["merchants:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<MerchantFields>> {
    caller.require_partner_ability("merchants:write")?;
    let given = RequestBody::<CreateMerchant>::read_request(request).await?;
    refuse_faults(given.body.find_faults())?;
    caller.require_organisation(&api.store, &given.body.organisation_id).await?;
    let merchant = given.body.into_merchant(MerchantId::from_seed(new_seed()?), given.now);
    api.store.put_record(&merchant).await?;
    Ok(Json(to_response(merchant)))
}

/// Returns a merchant.
#[utoipa::path(
    get, path = "/v1/merchants/{id}", responses((status = 200, body = MerchantResponse)),
    security(("bearer" = ["merchants:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<MerchantFields>> {
    caller.require_partner_ability("merchants:read")?;
    Ok(Json(to_response(caller.load_record(&api.store, &id, "merchant").await?)))
}

/// Lists merchants.
#[utoipa::path(
    get, path = "/v1/merchants",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("type" = Option<MerchantKind>, Query, description = "Only of this type."),
        ("name" = Option<String>, Query, description = "Only with this text in the name, in any \
            letter case."),
        ("external_id" = Option<String>, Query, description = "Only with this \
            `external_id`."),
    ),
    responses((status = 200, body = MerchantList)), security(("bearer" = ["merchants:read"])),
    extensions(("x-key-level" = json!("PARTNER")), ("x-sorts" = json!("-created_at updated_at \
        name type")), ("x-spans" = json!("created_at updated_at")))
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<MerchantFields>>> {
    caller.require_partner_ability("merchants:read")?;
    asked.one_of("type", &KINDS)?;
    let mut all: Vec<Merchant> =
        caller.visible_records(&api.store, asked.filter_text("organisation_id")).await?;
    all.retain(|one| matches_query(one, &asked));
    let sorts: [SortColumn<Merchant>; 4] = [
        ("created_at", |one| sort_by_time(one.created_at)),
        ("updated_at", |one| sort_by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
        ("type", |one| kind_name(one.kind).to_owned()),
    ];
    Ok(Json(asked.arrange_rows(all, |one| one.id.as_str(), &sorts, to_response)?))
}

/// Changes a merchant.
#[utoipa::path(
    patch, path = "/v1/merchants/{id}", request_body = ChangeMerchant,
    responses((status = 200, body = MerchantResponse)),
    security(("bearer" = ["merchants:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<MerchantFields>> {
    caller.require_partner_ability("merchants:write")?;
    let old: Merchant = caller.load_record(&api.store, &id, "merchant").await?;
    let change = PatchRequest::read_request(request).await?;
    let new: CreateMerchant =
        change.apply_onto(&to_response(old.clone()), CreateMerchant::CHANGEABLE)?;
    refuse_faults(new.find_faults())?;
    let merchant = Merchant {
        version: old.version.saturating_add(1),
        created_at: old.created_at,
        ..new.into_merchant(old.id, change.now)
    };
    api.store.replace_record(&merchant).await?;
    Ok(Json(to_response(merchant)))
}

/// Deletes a merchant without references.
#[utoipa::path(
    delete, path = "/v1/merchants/{id}",
    responses((status = 204), (status = 409, description = "IN_USE")),
    security(("bearer" = ["merchants:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn delete(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_partner_ability("merchants:write")?;
    let merchant: Merchant = caller.load_record(&api.store, &id, "merchant").await?;
    ResourceReferences::for_merchant(&api.store, &merchant).await?.refuse_deletion("merchant")?;
    api.store.remove_record(&merchant).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl CreateMerchant {
    fn find_faults(&self) -> Vec<FieldError> {
        let external =
            self.external_id.as_deref().and_then(|id| length_fault("external_id", id, 255));
        length_fault("name", &self.name, 255).into_iter().chain(external).collect()
    }

    fn into_merchant(self, id: MerchantId, now: Timestamp) -> Merchant {
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

/// Loads the merchants of a request's `merchant_ids`. Refuses duplicates and ids that the caller
/// cannot see.
pub(crate) async fn load_merchants(
    store: &Store,
    caller: &ApiCaller,
    ids: &[MerchantId],
) -> Result<Vec<Merchant>, ProblemDetails> {
    let mut merchants: Vec<Merchant> = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let field = format!("merchant_ids[{at}]");
        if ids[..at].contains(id) {
            return Err(ProblemDetails::invalid_field(
                field,
                "DUPLICATE",
                "The merchant is named twice.",
            ));
        }
        match caller.load_record(store, id.as_str(), "merchant").await {
            Err(problem) if problem.code == Code::NotFound => {
                return Err(missing_reference(field, "merchant"));
            }
            found => merchants.push(found?),
        }
    }
    Ok(merchants)
}

/// Builds the refusal of merchants from several organisations.
pub(crate) fn several_organisations_problem() -> ProblemDetails {
    ProblemDetails::for_field(
        Code::MerchantsDifferentOrganisations,
        "merchant_ids",
        "The merchants must be of one organisation.",
    )
}

fn matches_query(one: &Merchant, asked: &ListQuery) -> bool {
    let name = one.name.to_lowercase();
    asked.filter_text("type").is_none_or(|kind| kind_name(one.kind) == kind)
        && asked.filter_text("name").is_none_or(|part| name.contains(&part.to_lowercase()))
        && asked.filter_text("external_id").is_none_or(|id| one.external_id.as_deref() == Some(id))
}

const fn kind_name(kind: MerchantKind) -> &'static str {
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

fn to_response(from: Merchant) -> ResourceResponse<MerchantFields> {
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
    let fields = MerchantFields {
        id,
        organisation_id: organisation,
        name,
        kind,
        external_id,
        default_representment_service_type,
        created_at,
        updated_at,
    };
    ResourceResponse::at_path("/v1/merchants", &path, version, fields)
}

//! Integrations, the sources of transactions: orders that merchants push, or a processor that we
//! call.

pub(crate) mod callback;
pub(crate) mod change;
pub(crate) mod results;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::FieldError;
use domain::account::{
    ConnectRefunds, Integration, IntegrationKind, IntegrationStatus, MatchingMode, OperatingMode,
    Organisation, SealedSecret,
};
use domain::basics::id::{IntegrationId, MerchantId, OrganisationId};
use flows::StageFailure;
use flows::clients::ProcessorCredentials;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use partners::PartnerError;
use runtime::random::new_seed;
use serde::Deserialize;
use utoipa::ToSchema;
use views::enum_name;
use views::integration::{IntegrationFields, to_integration_response, to_response_with_secret};

use crate::accounts::merchants;
use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::{ApiContext, SharedContext};
pub(crate) use callback::rotate;
pub(crate) use change::change;
pub(crate) use results::tell;

#[derive(Deserialize, ToSchema)]
#[schema(as = NewIntegration)]
pub(crate) struct CreateIntegration {
    organisation_id: OrganisationId,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    name: String,
    #[serde(rename = "type")]
    kind: IntegrationKind,
    status: Option<IntegrationStatus>,
    /// The merchants that the sales belong to.
    #[serde(default)]
    merchant_ids: Vec<MerchantId>,
    matching_mode: Option<MatchingMode>,
    /// Whether rules may act on matches with these sales; otherwise a person chooses the sale.
    is_automatic_matching_enabled: Option<bool>,
    /// Write-only.
    credentials: Option<ProcessorCredentials>,
    /// The merchant's own endpoint; for `CUSTOM_CALLBACK` only.
    callback_url: Option<String>,
    /// The party that bears a refund of a payment split by Stripe Connect; for `STRIPE` only.
    connect_refunds: Option<ConnectRefunds>,
}

// Aliases, because the API document cannot name generic types.
type IntegrationResponse = ResourceResponse<IntegrationFields>;
type IntegrationList = ListResponse<IntegrationResponse>;

/// Creates an integration, a source of sales.
///
/// The `credentials` are verified with the processor, stored encrypted, and never returned.
#[utoipa::path(
    post, path = "/v1/integrations", request_body = CreateIntegration,
    responses(
        (status = 200, body = IntegrationResponse), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["integrations:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<IntegrationFields>> {
    caller.require_ability("integrations:write")?;
    let given = RequestBody::<CreateIntegration>::read_request(request).await?;
    let organisation = caller.require_organisation(&api.store, &given.body.organisation_id).await?;
    refuse_faults(given.body.find_faults(organisation.mode))?;
    let merchants =
        merchants::load_merchants(&api.store, &caller, &given.body.merchant_ids).await?;
    if merchants.iter().any(|merchant| merchant.organisation != organisation.id) {
        return Err(merchants::several_organisations_problem().into());
    }
    let (mut integration, credentials, callback_url) =
        open_integration(given.body, organisation.id.clone(), given.now)?;
    if let Some(credentials) = credentials {
        integration.account =
            account_of_key(&api, &organisation, &integration, &credentials).await?;
        integration.credentials =
            Some(seal_credentials(&api, &organisation.id, &credentials).await?);
    }
    let mut secret = None;
    if let Some(url) = callback_url {
        let (callback, text) = callback::open_callback(&api, &organisation.id, url).await?;
        (integration.callback, secret) = (Some(callback), Some(text));
    }
    api.store.put_record(&integration).await?;
    Ok(Json(to_response_with_secret(integration, secret)))
}

/// Builds a new integration. Returns the credentials and the callback URL beside the integration,
/// because both need a check first.
fn open_integration(
    new: CreateIntegration,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<(Integration, Option<ProcessorCredentials>, Option<String>), ApiRefusal> {
    let integration = Integration {
        id: IntegrationId::from_seed(new_seed()?),
        organisation,
        name: new.name,
        kind: new.kind,
        status: new.status.unwrap_or(IntegrationStatus::Enabled),
        merchant_ids: new.merchant_ids,
        credentials: None,
        account: None,
        callback: None,
        matching_mode: new.matching_mode.unwrap_or_default(),
        is_automatic_matching_enabled: new.is_automatic_matching_enabled.unwrap_or(true),
        connect_refunds: new.connect_refunds.unwrap_or_default(),
        status_detail: None,
        lane: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok((integration, new.credentials, new.callback_url))
}

/// Returns an integration.
#[utoipa::path(
    get, path = "/v1/integrations/{id}", responses((status = 200, body = IntegrationResponse)),
    security(("bearer" = ["integrations:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<IntegrationFields>> {
    caller.require_ability("integrations:read")?;
    Ok(Json(to_integration_response(caller.load_record(&api.store, &id, "integration").await?)))
}

/// Lists integrations.
#[utoipa::path(
    get, path = "/v1/integrations",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("type" = Option<IntegrationKind>, Query, description = "Only of this type."),
        ("status" = Option<IntegrationStatus>, Query, description = "Only with this status."),
        ("merchant_id" = Option<String>, Query, description = "Only of this merchant."),
    ),
    responses((status = 200, body = IntegrationList)), security(("bearer" = ["integrations:read"])),
    extensions(
        ("x-sorts" = json!("-created_at updated_at name")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<IntegrationFields>>> {
    caller.require_ability("integrations:read")?;
    asked.one_of("status", &["ENABLED", "DISABLED"])?;
    asked.one_of("type", &["CUSTOM_ORDERS", "STRIPE", "CUSTOM_CALLBACK"])?;
    let mut all: Vec<Integration> =
        caller.visible_records(&api.store, asked.filter_text("organisation_id")).await?;
    all.retain(|one| matches_query(one, &asked));
    let sorts: [SortColumn<Integration>; 3] = [
        ("created_at", |one| sort_by_time(one.created_at)),
        ("updated_at", |one| sort_by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange_rows(all, |one| one.id.as_str(), &sorts, to_integration_response)?))
}

fn matches_query(one: &Integration, asked: &ListQuery) -> bool {
    let status = enum_name(&one.status);
    asked.filter_text("type").is_none_or(|kind| enum_name(&one.kind) == kind)
        && asked.filter_text("status").is_none_or(|asked| status == asked)
        && asked
            .filter_text("merchant_id")
            .is_none_or(|id| one.merchant_ids.iter().any(|own| own.as_str() == id))
}

impl CreateIntegration {
    fn find_faults(&self, mode: OperatingMode) -> Vec<FieldError> {
        let key = self.credentials.as_ref().map(|credentials| credentials.secret_key.trim());
        let credentials = match (self.kind, key) {
            (IntegrationKind::CustomOrders | IntegrationKind::CustomCallback, Some(_)) => {
                Some(("credentials", "NOT_TAKEN", "Integrations of this type take no credentials."))
            }
            // TEST mode calls no processor, and needs no credentials.
            (IntegrationKind::Stripe, None) if mode == OperatingMode::Live => {
                Some(("credentials", "REQUIRED", "Is required."))
            }
            (IntegrationKind::Stripe, Some("")) => {
                Some(("credentials.secret_key", "BLANK", "Must not be blank."))
            }
            _ => None,
        };
        let split = (!self.kind.can_split_refunds() && self.connect_refunds.is_some()).then_some((
            "connect_refunds",
            "NOT_TAKEN",
            "Only integrations of type STRIPE split payments.",
        ));
        let credentials = credentials
            .into_iter()
            .chain(split)
            .map(|(field, code, message)| FieldError::new(field, code, message));
        length_fault("name", &self.name, 255)
            .into_iter()
            .chain(credentials)
            .chain(callback::callback_fault(self.kind, self.callback_url.as_deref()))
            .collect()
    }
}

/// Returns the processor account of a key. Refuses a key that the processor rejects. Accepts an
/// unverified key if the processor is unavailable, or if a restricted key may not read its account.
async fn account_of_key(
    api: &ApiContext,
    organisation: &Organisation,
    integration: &Integration,
    credentials: &ProcessorCredentials,
) -> Result<Option<String>, ProblemDetails> {
    if organisation.mode == OperatingMode::Test {
        return Ok(None);
    }
    let key = credentials.secret_key.trim();
    if is_of_test_mode(key) && api.store.read_connections().await?.iter().any(|one| !one.is_sandbox)
    {
        let message = "A key of the processor's test mode moves no money: networks would be told \
            of refunds that nobody got. Give a live one.";
        return Err(ProblemDetails::invalid_field("credentials.secret_key", "TEST_KEY", message));
    }
    match api.processors.stripe_with_key(integration, key, None, None).read_account_id().await {
        Ok(account) => Ok(Some(account)),
        Err(PartnerError::Unauthorised) if !key.starts_with("rk_") => {
            Err(ProblemDetails::invalid_field(
                "credentials.secret_key",
                "CREDENTIALS_REFUSED",
                "The processor does not accept this key.",
            ))
        }
        Err(error) => {
            tracing::warn!(integration = %integration.id, "Integration kept without knowing its \
                account: {error}");
            Ok(None)
        }
    }
}

/// Checks whether a Stripe key belongs to Stripe's test mode, in which no money moves.
fn is_of_test_mode(key: &str) -> bool {
    ["sk_test_", "rk_test_"].iter().any(|begins| key.starts_with(begins))
}

async fn seal_credentials(
    api: &ApiContext,
    owner: &OrganisationId,
    credentials: &ProcessorCredentials,
) -> Result<SealedSecret, ApiRefusal> {
    let trimmed = |text: &String| text.trim().to_owned();
    let webhook_secret = credentials.webhook_secret.as_ref().map(trimmed);
    let credentials =
        ProcessorCredentials { secret_key: trimmed(&credentials.secret_key), webhook_secret };
    let text = serde_json::to_string(&credentials)
        .map_err(|error| to_unavailable(&StageFailure::from(error)))?;
    api.processors
        .secrets()
        .seal_secret(owner.as_str(), &text)
        .await
        .map_err(|error| to_unavailable(&StageFailure::from(error)))
}

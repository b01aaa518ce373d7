//! Integrations: where transactions come from. Orders pushed to us, or a processor that we call.

pub(crate) mod callback;
pub(crate) mod change;
pub(crate) mod results;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Fault;
use domain::account::{
    ConnectRefunds, Integration, IntegrationKind, IntegrationStatus, MatchingMode, Mode,
    Organisation, Sealed,
};
use domain::basics::id::{IntegrationId, MerchantId, OrganisationId};
use flows::Failure;
use flows::clients::ProcessorCredentials;
use flows::problem::Problem;
use jiff::Timestamp;
use partners::PartnerError;
use runtime::random::new_seed;
use serde::Deserialize;
use utoipa::ToSchema;
use views::integration::{Fields, shown, with_secret};
use views::word;

use crate::accounts::merchants;
use crate::http::body::{Given, length, refuse};
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::response::{Answer, Refused, Shown, failed};
use crate::http::state::{Api, Shared};
pub(crate) use callback::rotate;
pub(crate) use change::change;
pub(crate) use results::tell;

#[derive(Deserialize, ToSchema)]
#[schema(as = NewIntegration)]
pub(crate) struct New {
    organisation_id: OrganisationId,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    name: String,
    #[serde(rename = "type")]
    kind: IntegrationKind,
    status: Option<IntegrationStatus>,
    /// Whose sales come from it.
    #[serde(default)]
    merchant_ids: Vec<MerchantId>,
    matching_mode: Option<MatchingMode>,
    /// Whether rules may act on matches with its sales; if not, a person chooses.
    is_automatic_matching_enabled: Option<bool>,
    /// Taken, and never shown.
    credentials: Option<ProcessorCredentials>,
    /// The merchant's own endpoint, of a `CUSTOM_CALLBACK` integration.
    callback_url: Option<String>,
    /// Who bears a refund of a payment that Stripe Connect split, of a `STRIPE` integration.
    connect_refunds: Option<ConnectRefunds>,
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Makes an integration: where sales come from.
///
/// The `credentials` of a processor are checked with it, sealed, and never shown.
#[utoipa::path(
    post, path = "/v1/integrations", request_body = New,
    responses(
        (status = 200, body = One), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["integrations:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("integrations:write")?;
    let given = Given::<New>::read(request).await?;
    let organisation = caller.named_organisation(&api.store, &given.body.organisation_id).await?;
    refuse(given.body.faults(organisation.mode))?;
    let merchants = merchants::all_of(&api.store, &caller, &given.body.merchant_ids).await?;
    if merchants.iter().any(|merchant| merchant.organisation != organisation.id) {
        return Err(merchants::of_several_organisations().into());
    }
    let (mut integration, credentials, callback_url) =
        opened(given.body, organisation.id.clone(), given.now)?;
    if let Some(credentials) = credentials {
        integration.account = whose(&api, &organisation, &integration, &credentials).await?;
        integration.credentials = Some(sealed(&api, &organisation.id, &credentials).await?);
    }
    let mut secret = None;
    if let Some(url) = callback_url {
        let (callback, text) = callback::opened(&api, &organisation.id, url).await?;
        (integration.callback, secret) = (Some(callback), Some(text));
    }
    api.store.keep(&integration).await?;
    Ok(Json(with_secret(integration, secret)))
}

/// The integration as it begins, and the credentials and the address that it is still to get.
fn opened(
    new: New,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<(Integration, Option<ProcessorCredentials>, Option<String>), Refused> {
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

/// Shows an integration.
#[utoipa::path(
    get, path = "/v1/integrations/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["integrations:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("integrations:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "integration").await?)))
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
    responses((status = 200, body = Many)), security(("bearer" = ["integrations:read"])),
    extensions(
        ("x-sorts" = json!("-created_at updated_at name")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("integrations:read")?;
    asked.one_of("status", &["ENABLED", "DISABLED"])?;
    asked.one_of("type", &["CUSTOM_ORDERS", "STRIPE", "CUSTOM_CALLBACK"])?;
    let mut all: Vec<Integration> =
        caller.records(&api.store, asked.text("organisation_id")).await?;
    all.retain(|one| fits(one, &asked));
    let sorts: [Sort<Integration>; 3] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

fn fits(one: &Integration, asked: &Asked) -> bool {
    let status = word(&one.status);
    asked.text("type").is_none_or(|kind| word(&one.kind) == kind)
        && asked.text("status").is_none_or(|asked| status == asked)
        && asked
            .text("merchant_id")
            .is_none_or(|id| one.merchant_ids.iter().any(|own| own.as_str() == id))
}

impl New {
    fn faults(&self, mode: Mode) -> Vec<Fault> {
        let key = self.credentials.as_ref().map(|credentials| credentials.secret_key.trim());
        let credentials = match (self.kind, key) {
            (IntegrationKind::CustomOrders | IntegrationKind::CustomCallback, Some(_)) => {
                Some(("credentials", "NOT_TAKEN", "Integrations of this type take no credentials."))
            }
            // TEST mode calls nobody, so it needs none.
            (IntegrationKind::Stripe, None) if mode == Mode::Live => {
                Some(("credentials", "REQUIRED", "Is required."))
            }
            (IntegrationKind::Stripe, Some("")) => {
                Some(("credentials.secret_key", "BLANK", "Must not be blank."))
            }
            _ => None,
        };
        let split = (self.kind != IntegrationKind::Stripe && self.connect_refunds.is_some())
            .then_some((
                "connect_refunds",
                "NOT_TAKEN",
                "Only integrations of type STRIPE split payments.",
            ));
        let credentials = credentials
            .into_iter()
            .chain(split)
            .map(|(field, code, message)| Fault::new(field, code, message));
        length("name", &self.name, 255)
            .into_iter()
            .chain(credentials)
            .chain(callback::fault(self.kind, self.callback_url.as_deref()))
            .collect()
    }
}

/// The account that a key belongs to. A key that the processor refuses is refused; whether it is
/// good need not be known at once where the processor is down, or a restricted key may not read its
/// account.
async fn whose(
    api: &Api,
    organisation: &Organisation,
    integration: &Integration,
    credentials: &ProcessorCredentials,
) -> Result<Option<String>, Problem> {
    if organisation.mode == Mode::Test {
        return Ok(None);
    }
    let key = credentials.secret_key.trim();
    if is_of_test_mode(key) && api.store.connections().await?.iter().any(|one| !one.is_sandbox) {
        let message = "A key of the processor's test mode moves no money: networks would be told \
            of refunds that nobody got. Give a live one.";
        return Err(Problem::field("credentials.secret_key", "TEST_KEY", message));
    }
    match api.processors.stripe_with(integration, key, None, None).whoami().await {
        Ok(account) => Ok(Some(account)),
        Err(PartnerError::Unauthorised) if !key.starts_with("rk_") => Err(Problem::field(
            "credentials.secret_key",
            "CREDENTIALS_REFUSED",
            "The processor does not accept this key.",
        )),
        Err(error) => {
            tracing::warn!(integration = %integration.id, "Integration kept without knowing its \
                account: {error}");
            Ok(None)
        }
    }
}

/// Whether payments of the key are none, as Stripe marks its keys.
fn is_of_test_mode(key: &str) -> bool {
    ["sk_test_", "rk_test_"].iter().any(|begins| key.starts_with(begins))
}

async fn sealed(
    api: &Api,
    owner: &OrganisationId,
    credentials: &ProcessorCredentials,
) -> Result<Sealed, Refused> {
    let trimmed = |text: &String| text.trim().to_owned();
    let webhook_secret = credentials.webhook_secret.as_ref().map(trimmed);
    let credentials =
        ProcessorCredentials { secret_key: trimmed(&credentials.secret_key), webhook_secret };
    let text =
        serde_json::to_string(&credentials).map_err(|error| failed(&Failure::from(error)))?;
    api.processors
        .secrets()
        .seal(owner.as_str(), &text)
        .await
        .map_err(|error| failed(&Failure::from(error)))
}

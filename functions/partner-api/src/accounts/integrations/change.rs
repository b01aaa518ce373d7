//! PATCH of an integration: its name, whether it is used, its merchants, how its sales are matched,
//! its credentials, its endpoint.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Integration, Organisation};
use flows::clients::ProcessorCredentials;
use flows::problem::Problem;
use jiff::Timestamp;

use views::integration::{Fields, shown};

use super::{New, callback, sealed, whose};
use crate::accounts::merchants;
use crate::http::body::refuse;
use crate::http::caller::Caller;
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::response::{Answer, Refused, Shown, failed};
use crate::http::state::{Api, Shared};

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] = &[
        "name",
        "status",
        "merchant_ids",
        "matching_mode",
        "is_automatic_matching_enabled",
        "credentials",
        "callback_url",
        "connect_refunds",
    ];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Changed = ChangeOf<New>;

/// Changes an integration.
///
/// Given `credentials` take the place of those it has, and must be of the same account. Without a
/// `webhook_secret` the one it has stays.
#[utoipa::path(
    patch, path = "/v1/integrations/{id}", operation_id = "integrations_change",
    request_body = Changed,
    responses(
        (status = 200, body = One),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["integrations:write"]))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("integrations:write")?;
    let old: Integration = caller.record(&api.store, &id, "integration").await?;
    let change = Change::read(request).await?;
    let new: New = change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    let organisation = caller.named_organisation(&api.store, &old.organisation).await?;
    // those it has go on
    let lacks = |code: &str| code != "REQUIRED" || old.credentials.is_none();
    refuse(new.faults(organisation.mode).into_iter().filter(|fault| lacks(fault.code)).collect())?;
    let merchants = merchants::all_of(&api.store, &caller, &new.merchant_ids).await?;
    if merchants.iter().any(|merchant| merchant.organisation != organisation.id) {
        return Err(merchants::of_several_organisations().into());
    }
    let integration = changed(&api, &organisation, old, new, change.now).await?;
    let version = integration.version.saturating_add(1);
    let integration = Integration { version, updated_at: change.now, ..integration };
    api.store.replace(&integration).await?;
    Ok(Json(shown(integration)))
}

/// The integration as it is to be. Credentials may be renewed, and must be of the account that its
/// payments are in.
async fn changed(
    api: &Api,
    organisation: &Organisation,
    old: Integration,
    new: New,
    now: Timestamp,
) -> Result<Integration, Refused> {
    let mut next = Integration {
        name: new.name,
        status: new.status.unwrap_or(old.status),
        merchant_ids: new.merchant_ids,
        matching_mode: new.matching_mode.unwrap_or(old.matching_mode),
        is_automatic_matching_enabled: new
            .is_automatic_matching_enabled
            .unwrap_or(old.is_automatic_matching_enabled),
        connect_refunds: new.connect_refunds.unwrap_or(old.connect_refunds),
        ..old
    };
    if let Some(credentials) = new.credentials {
        renew_credentials(api, organisation, &mut next, credentials, now).await?;
    }
    if let (Some(callback), Some(url)) = (&mut next.callback, new.callback_url) {
        callback::look(api, &url).await?;
        if callback.url != url {
            next.lane = None; // another address
        }
        callback.url = url;
    }
    Ok(next)
}

/// Gives the integration other credentials of the account that its payments are in.
async fn renew_credentials(
    api: &Api,
    organisation: &Organisation,
    next: &mut Integration,
    mut credentials: ProcessorCredentials,
    now: Timestamp,
) -> Result<(), Refused> {
    if credentials.webhook_secret.is_none() && next.credentials.is_some() {
        let known =
            api.processors.credentials(next, now).await.map_err(|failure| failed(&failure).0)?;
        // a new key alone leaves the events as they are
        credentials.webhook_secret = known.webhook_secret;
    }
    let account = whose(api, organisation, next, &credentials).await?;
    if account.is_some() && next.account.is_some() && account != next.account {
        let message = "The key is of another account; make another integration for it.";
        return Err(Problem::field("credentials.secret_key", "OF_ANOTHER_ACCOUNT", message).into());
    }
    if account.is_some() {
        (next.status_detail, next.lane) = (None, None); // the new key works
    }
    next.account = next.account.take().or(account);
    next.credentials = Some(sealed(api, &organisation.id, &credentials).await?);
    Ok(())
}

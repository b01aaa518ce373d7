//! The page on which an address's owner agrees to an organisation's e-mails, or refuses them.
//! Looking changes nothing.

use askama::Template;
use axum::RequestExt;
use axum::extract::{Form, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::account::{Membership, Organisation};
use domain::basics::email::masked;
use domain::basics::text::foreign::company;
use domain::notify::mail::{Consent, EmailStatus};
use flows::member_address::{address_hash, email_statuses};
use flows::member_link::ShownAddressPass;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::http::now;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{back, html};
use crate::http::response::failed;
use crate::http::state::{Api, Shared};

/// The route as the counts of requests know it.
const ROUTE: &str = "/v1/confirmation-pages/{token}";

/// What the owner says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = ConfirmationAnswer)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Says {
    Confirm,
    Refuse,
}

/// The form's only field: the button that was pressed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ConfirmationPageForm)]
pub(crate) struct Fields {
    answer: Says,
}

/// Whoever opened the page, by the link in a mail to the address.
struct Visit {
    member: Membership,
    organisation: Organisation,
    status: EmailStatus,
}

#[derive(Template)]
#[template(path = "confirmation-page.html")]
struct Page {
    style: &'static str,
    heading: &'static str,
    sentence: String,
    can_confirm: bool,
    can_refuse: bool,
}

/// Shows the page on which an address is confirmed.
///
/// The token is in the link of a mail. To look changes nothing.
#[utoipa::path(
    get, path = "/v1/confirmation-pages/{token}",
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (
            status = "4XX", body = String, content_type = "text/html",
            description = "The link does not open the page, and why."
        ),
        (
            status = "5XX", body = String, content_type = "text/html",
            description = "Please try again."
        )
    ),
    security(())
)]
pub(crate) async fn show_confirmation(
    State(api): State<Shared>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    match Visit::begin(&api, &token, "GET", now(&request)).await {
        Ok(visit) => visit.page(),
        Err(problem) => html::closed(&problem),
    }
}

/// Confirms an address for its organisation, or refuses its e-mails.
///
/// Then the page shows how it stands. The latest answer counts, while the link works.
#[utoipa::path(
    post, path = "/v1/confirmation-pages/{token}",
    request_body(content = Fields, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "It is taken; the page is read again."),
        (
            status = "4XX", body = String, content_type = "text/html",
            description = "It is not taken, and why."
        ),
        (
            status = "5XX", body = String, content_type = "text/html",
            description = "Please try again."
        )
    ),
    security(())
)]
pub(crate) async fn answer_confirmation(
    State(api): State<Shared>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (at, path) = (now(&request), request.uri().path().to_owned());
    let visit = match Visit::begin(&api, &token, "POST", at).await {
        Ok(visit) => visit,
        Err(problem) => return html::closed(&problem),
    };
    let unread = |_| Problem::new(Code::InvalidRequest, "The form could not be read.");
    let form = request.extract::<Form<Fields>, _>().await.map_err(unread);
    let done = match form {
        Ok(Form(fields)) => visit.answered(&api, fields.answer, at).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => back(&path, &token),
        Err(problem) => html::closed(&problem),
    }
}

impl Visit {
    async fn begin(api: &Api, token: &str, method: &str, now: Timestamp) -> Result<Self, Problem> {
        let shown = ShownAddressPass::read(token).ok_or_else(unknown)?;
        let member: Membership =
            api.store.record(shown.member().as_str()).await?.ok_or_else(unknown)?;
        let secrets = api.processors.secrets();
        let secret = secrets.of_organisation(&api.store, &member.organisation, now).await;
        let pass =
            shown.proven(&secret.map_err(|failure| failed(&failure).0)?).ok_or_else(unknown)?;
        let room = api
            .limits
            .count_for(&api.store, pass.member.to_string(), &format!("{method} {ROUTE}"), now)
            .await;
        room.refusal().map_or(Ok(()), Err)?;
        if now >= pass.until {
            let detail = "Whoever manages your organisation's memberships can have a new one \
                sent: by making the membership anew.";
            return Err(Problem::new(Code::LinkExpired, detail));
        }
        let member = Some(member).filter(|member| member.user == pass.user).ok_or_else(unknown)?;
        let organisation =
            api.store.organisation(&member.organisation).await?.ok_or_else(unknown)?;
        let statuses =
            email_statuses(&api.store, secrets, std::slice::from_ref(&member), now).await;
        let status = statuses.map_err(|failure| failed(&failure).0)?.pop().ok_or_else(unknown)?;
        Ok(Self { member, organisation, status })
    }

    /// Keeps what the owner said; the write tells members of what waits.
    async fn answered(&self, api: &Api, says: Says, now: Timestamp) -> Result<(), Problem> {
        let hash =
            address_hash(&api.store, api.processors.secrets(), &self.member.email, now).await;
        let hash = hash.map_err(|failure| failed(&failure).0)?;
        let consent = Consent {
            organisation: self.organisation.id.clone(),
            agrees: says == Says::Confirm,
            at: now,
        };
        api.store.keep_consent(&hash, &consent).await?;
        tracing::info!(
            organisation = %consent.organisation, member = %self.member.id,
            agrees = consent.agrees, "Address was answered for"
        );
        Ok(())
    }

    fn page(&self) -> Response {
        let (name, address) = (company(&self.organisation.name), masked(&self.member.email));
        let (heading, sentence) = match self.status {
            EmailStatus::Unconfirmed => (
                "Do you want these e-mails?",
                format!(
                    "A company that calls itself {name} wants to send e-mails about disputed \
                     payments to {address}. Confirm only if you work with it."
                ),
            ),
            EmailStatus::Confirmed => (
                "This address is confirmed",
                format!("E-mails about disputed payments of {name} go to {address}."),
            ),
            EmailStatus::Refused => {
                ("You are not written to", format!("No e-mail of {name} goes to {address}."))
            }
            EmailStatus::Bounced | EmailStatus::Complained => (
                "This address gets no e-mails",
                format!(
                    "An e-mail to {address} came back, or was reported as unwanted. Ask whoever \
                     runs this service to lift that."
                ),
            ),
        };
        let can_confirm = matches!(self.status, EmailStatus::Unconfirmed | EmailStatus::Refused);
        let can_refuse = matches!(self.status, EmailStatus::Unconfirmed | EmailStatus::Confirmed);
        let page = Page { style: html::STYLE, heading, sentence, can_confirm, can_refuse };
        let broken = || html::closed(&Problem::new(Code::InternalError, ""));
        page.render().map_or_else(|_| broken(), |text| html::guarded(StatusCode::OK, text))
    }
}

fn unknown() -> Problem {
    Problem::new(Code::NotFound, "There is nothing at this address.")
}

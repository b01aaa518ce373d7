//! The HTML page on which the owner of an address consents to an organisation's e-mails, or
//! refuses. GET changes nothing.

use askama::Template;
use axum::RequestExt;
use axum::extract::{Form, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::account::{Membership, Organisation};
use domain::basics::email::mask_email;
use domain::basics::text::foreign::quote_company;
use domain::notify::mail::{EmailConsent, EmailStatus};
use flows::member_address::{address_hash, email_statuses};
use flows::member_link::UnprovenAddressPass;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::http::request_time;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{html, redirect_to_page};
use crate::http::response::to_unavailable;
use crate::http::state::{ApiContext, SharedContext};

/// The route template under which requests are counted.
const ROUTE: &str = "/v1/confirmation-pages/{token}";

/// The owner's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = ConfirmationAnswer)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ConfirmationAnswer {
    Confirm,
    Refuse,
}

/// The form's only field: the pressed button.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ConfirmationPageForm)]
pub(crate) struct ConfirmationForm {
    answer: ConfirmationAnswer,
}

/// A visitor with a valid link from a mail to the address.
struct ConfirmationVisit {
    member: Membership,
    organisation: Organisation,
    status: EmailStatus,
}

#[derive(Template)]
#[template(path = "confirmation-page.html")]
struct ConfirmationPage {
    style: &'static str,
    heading: &'static str,
    sentence: String,
    can_confirm: bool,
    can_refuse: bool,
}

/// Returns the page that confirms an e-mail address.
///
/// The token is part of the link in an e-mail. GET changes nothing.
#[utoipa::path(
    get, path = "/v1/confirmation-pages/{token}",
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (
            status = "4XX", body = String, content_type = "text/html",
            description = "The link does not open the page; the page gives the reason."
        ),
        (
            status = "5XX", body = String, content_type = "text/html",
            description = "Temporary failure; retry."
        )
    ),
    security(())
)]
pub(crate) async fn show_confirmation(
    State(api): State<SharedContext>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    match ConfirmationVisit::begin_visit(&api, &token, "GET", request_time(&request)).await {
        Ok(visit) => visit.render_page(),
        Err(problem) => html::render_closed_page(&problem),
    }
}

/// Confirms an address for an organisation, or refuses the organisation's e-mails.
///
/// The page then displays the new status. The latest answer counts, while the link is valid.
#[utoipa::path(
    post, path = "/v1/confirmation-pages/{token}",
    request_body(content = ConfirmationForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Accepted; reload the page."),
        (
            status = "4XX", body = String, content_type = "text/html",
            description = "Refused; the page gives the reason."
        ),
        (
            status = "5XX", body = String, content_type = "text/html",
            description = "Temporary failure; retry."
        )
    ),
    security(())
)]
pub(crate) async fn answer_confirmation(
    State(api): State<SharedContext>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (at, path) = (request_time(&request), request.uri().path().to_owned());
    let visit = match ConfirmationVisit::begin_visit(&api, &token, "POST", at).await {
        Ok(visit) => visit,
        Err(problem) => return html::render_closed_page(&problem),
    };
    let unread = |_| ProblemDetails::new(Code::InvalidRequest, "The form could not be read.");
    let form = request.extract::<Form<ConfirmationForm>, _>().await.map_err(unread);
    let done = match form {
        Ok(Form(fields)) => visit.keep_answer(&api, fields.answer, at).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => redirect_to_page(&path, &token),
        Err(problem) => html::render_closed_page(&problem),
    }
}

impl ConfirmationVisit {
    async fn begin_visit(
        api: &ApiContext,
        token: &str,
        method: &str,
        now: Timestamp,
    ) -> Result<Self, ProblemDetails> {
        let shown = UnprovenAddressPass::parse_token(token).ok_or_else(unknown_page)?;
        let member: Membership = api
            .store
            .read_record(shown.membership_id().as_str())
            .await?
            .ok_or_else(unknown_page)?;
        let secrets = api.processors.secrets();
        let secret = secrets.organisation_secret(&api.store, &member.organisation, now).await;
        let pass = shown
            .verify_signature(&secret.map_err(|failure| to_unavailable(&failure).0)?)
            .ok_or_else(unknown_page)?;
        let room = api
            .limits
            .count_for_owner(&api.store, pass.member.to_string(), &format!("{method} {ROUTE}"), now)
            .await;
        room.refusal_problem().map_or(Ok(()), Err)?;
        if now >= pass.until {
            let detail = "Whoever manages your organisation's memberships can have a new one \
                sent: by making the membership anew.";
            return Err(ProblemDetails::new(Code::LinkExpired, detail));
        }
        let member =
            Some(member).filter(|member| member.user == pass.user).ok_or_else(unknown_page)?;
        let organisation =
            api.store.read_organisation(&member.organisation).await?.ok_or_else(unknown_page)?;
        let statuses =
            email_statuses(&api.store, secrets, std::slice::from_ref(&member), now).await;
        let status = statuses
            .map_err(|failure| to_unavailable(&failure).0)?
            .pop()
            .ok_or_else(unknown_page)?;
        Ok(Self { member, organisation, status })
    }

    /// Stores the owner's answer. The write triggers the e-mails about waiting alerts.
    async fn keep_answer(
        &self,
        api: &ApiContext,
        says: ConfirmationAnswer,
        now: Timestamp,
    ) -> Result<(), ProblemDetails> {
        let hash =
            address_hash(&api.store, api.processors.secrets(), &self.member.email, now).await;
        let hash = hash.map_err(|failure| to_unavailable(&failure).0)?;
        let consent = EmailConsent {
            organisation: self.organisation.id.clone(),
            agrees: says == ConfirmationAnswer::Confirm,
            at: now,
        };
        api.store.keep_consent(&hash, &consent).await?;
        tracing::info!(
            organisation = %consent.organisation, member = %self.member.id,
            agrees = consent.agrees, "Address was answered for"
        );
        Ok(())
    }

    fn render_page(&self) -> Response {
        let (name, address) =
            (quote_company(&self.organisation.name), mask_email(&self.member.email));
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
        let page =
            ConfirmationPage { style: html::STYLE, heading, sentence, can_confirm, can_refuse };
        let broken = || html::render_closed_page(&ProblemDetails::new(Code::InternalError, ""));
        page.render().map_or_else(|_| broken(), |text| html::guarded_html(StatusCode::OK, text))
    }
}

fn unknown_page() -> ProblemDetails {
    ProblemDetails::new(Code::NotFound, "There is nothing at this address.")
}

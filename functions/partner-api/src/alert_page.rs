//! HTML pages that signed links in e-mails open: an alert for a member to work, and the
//! confirmation of an address. GET changes nothing, because mail scanners follow links; only a POST
//! acts.

pub(crate) mod confirmation;
mod form;
mod html;
mod visit;

use axum::RequestExt;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use flows::problem::{Code, ProblemDetails};
use runtime::http::request_time;

use crate::alerts::act;
use crate::http::state::{ApiContext, ApiRoute, SharedContext};
use form::AlertPageForm;
use visit::AlertVisit;

/// Returns the page of an alert for a member, in its current state.
///
/// The token is part of the link in an e-mail. GET changes nothing.
#[utoipa::path(
    get, path = "/v1/alert-pages/{token}",
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
pub(crate) async fn show(
    State(api): State<SharedContext>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let visit = AlertVisit::begin_visit(&api, &token, "GET", request_time(&request)).await;
    match visit {
        Ok(visit) => visit.render_page(StatusCode::OK, None),
        Err(problem) => html::render_closed_page(&problem),
    }
}

/// Applies the form of the page.
///
/// The page then displays the running action.
#[utoipa::path(
    post, path = "/v1/alert-pages/{token}",
    request_body(content = AlertPageForm, content_type = "application/x-www-form-urlencoded"),
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
pub(crate) async fn answer(
    State(api): State<SharedContext>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (at, path) = (request_time(&request), request.uri().path().to_owned());
    let visit = match AlertVisit::begin_visit(&api, &token, "POST", at).await {
        Ok(visit) => visit,
        Err(problem) => return html::render_closed_page(&problem),
    };
    let form = request.extract::<Form<AlertPageForm>, _>().await;
    match submit_form(&api, &visit, form).await {
        Ok(()) => redirect_to_page(&path, &token),
        Err(problem) => match AlertVisit::begin_visit(&api, &token, "GET", at).await {
            Ok(anew) => anew.render_page(problem.code.status(), Some(&refusal_sentence(&problem))),
            Err(problem) => html::render_closed_page(&problem),
        },
    }
}

/// Applies the form as a key's PATCH is applied: committed once, on the alert state that the member
/// saw.
async fn submit_form(
    api: &ApiContext,
    visit: &AlertVisit,
    form: Result<Form<AlertPageForm>, FormRejection>,
) -> Result<(), ProblemDetails> {
    let Form(fields) = form.map_err(|_| {
        ProblemDetails::new(Code::InvalidRequest, "The form could not be read. Please try again.")
    })?;
    let (patch, person) = (fields.into_patch(visit)?, visit.acting_person());
    act::take_action(api, &person, &visit.alert.id, &patch, visit.now).await?;
    act::keep_note(api, &person, &visit.alert.id, &patch, visit.now).await
}

/// Returns the reason of a refusal in words for people.
fn refusal_sentence(problem: &ProblemDetails) -> String {
    let said = match problem.code {
        Code::TransactionRequired => {
            "Choose the payment first, or say below that the money went back already."
        }
        Code::DeadlinePassed => "The deadline has passed; this was not done.",
        Code::AlreadyResolved => "The alert is over already; this was not done.",
        Code::NotActionable => "The alert takes no action any more; this was not done.",
        Code::Conflict => {
            "The alert changed since you opened the page; this was not done. See below how it \
             stands now."
        }
        _ => problem.faults.first().map_or(problem.detail.as_str(), |fault| fault.message.as_str()),
    };
    said.to_owned()
}

/// Redirects to the page by a path relative to the form, because the API may have a base path.
fn redirect_to_page(path: &str, token: &str) -> Response {
    let page = if path.ends_with('/') { format!("../{token}") } else { token.to_owned() };
    let mut response = html::guarded_html(StatusCode::SEE_OTHER, String::new());
    if let Ok(page) = HeaderValue::from_str(&page) {
        response.headers_mut().insert(LOCATION, page);
    }
    response
}

/// Lists the routes of the room. Links carry their own authorisation, and need no API key.
pub(crate) fn routes() -> Vec<ApiRoute> {
    let confirmation = get(confirmation::show_confirmation).post(confirmation::answer_confirmation);
    vec![
        ("/v1/alert-pages/{token}", get(show).post(answer)),
        ("/v1/confirmation-pages/{token}", confirmation),
    ]
}

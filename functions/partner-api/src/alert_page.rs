//! The pages for people: an alert that a member works by hand, and the confirmation of an address,
//! each opened by the signed link in a mail. Looking changes nothing, since mail scanners look too;
//! only a form sent by POST does.

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

/// Shows the page of an alert to a member, as it is now.
///
/// The token is in the link of a mail. To look changes nothing.
#[utoipa::path(
    get, path = "/v1/alert-pages/{token}",
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

/// Does what the form on the page says.
///
/// Then the page shows what is being done.
#[utoipa::path(
    post, path = "/v1/alert-pages/{token}",
    request_body(content = AlertPageForm, content_type = "application/x-www-form-urlencoded"),
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

/// The same way as a key's PATCH: committed once, over exactly what the member saw.
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

/// Why nothing was done, for a person and not for a program.
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

/// Back to the page, by a path from where the form was: the API may be below a path of its own.
fn redirect_to_page(path: &str, token: &str) -> Response {
    let page = if path.ends_with('/') { format!("../{token}") } else { token.to_owned() };
    let mut response = html::guarded_html(StatusCode::SEE_OTHER, String::new());
    if let Ok(page) = HeaderValue::from_str(&page) {
        response.headers_mut().insert(LOCATION, page);
    }
    response
}

/// The routes of the room; their links are their own, and need no key.
pub(crate) fn routes() -> Vec<ApiRoute> {
    let confirmation = get(confirmation::show_confirmation).post(confirmation::answer_confirmation);
    vec![
        ("/v1/alert-pages/{token}", get(show).post(answer)),
        ("/v1/confirmation-pages/{token}", confirmation),
    ]
}

//! The mailbox of a system on one's own machine: every e-mail that left, to be read in a browser or
//! by a program.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::aws::{LocalAws, Mail};

/// `GET /`, the list; `GET /messages`, the same as JSON; `GET /messages/{number}` and
/// `/messages/{number}/text`, one of them.
pub fn router(aws: LocalAws) -> Router {
    let router = Router::new().route("/", get(list)).route("/messages", get(messages));
    router
        .route("/messages/{number}", get(html))
        .route("/messages/{number}/text", get(text))
        .with_state(aws)
}

async fn messages(State(aws): State<LocalAws>) -> Json<Vec<Mail>> {
    Json(aws.mailbox().all())
}

async fn list(State(aws): State<LocalAws>) -> Html<String> {
    let mails = aws.mailbox().all();
    let rows: String =
        mails.iter().enumerate().rev().map(|(number, mail)| row(number + 1, mail)).collect();
    let table = if rows.is_empty() {
        "<p>No e-mail has left yet.</p>".to_owned()
    } else {
        format!("<table>{rows}</table>")
    };
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><meta \
         charset=\"utf-8\"><title>Mailbox</title><h1>Mailbox</h1>{table}</html>"
    ))
}

async fn html(State(aws): State<LocalAws>, Path(number): Path<usize>) -> Response {
    one(&aws, number).map_or_else(missing, |mail| Html(mail.html).into_response())
}

async fn text(State(aws): State<LocalAws>, Path(number): Path<usize>) -> Response {
    one(&aws, number).map_or_else(missing, |mail| mail.text.into_response())
}

fn one(aws: &LocalAws, number: usize) -> Option<Mail> {
    aws.mailbox().all().into_iter().nth(number.checked_sub(1)?)
}

fn missing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn row(number: usize, mail: &Mail) -> String {
    let (to, subject) = (escaped(&mail.to.join(", ")), escaped(&mail.subject));
    format!(
        "<tr><td>{to}</td><td><a href=\"messages/{number}\">{subject}</a></td><td><a \
         href=\"messages/{number}/text\">text</a></td></tr>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

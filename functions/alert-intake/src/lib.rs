//! A network tells us of disputes: who calls, what it says, stored, acknowledged alert by alert.

use domain::account::Connection;
use flows::intake::{Receipt, keep_unreadable, take_in, zone};
use flows::problem::{Code, Problem};
use flows::vendor_sign_in::{basic, refuse_sign_in, unknown_vendor};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use partners::ethoca::read_push;
use runtime::http;
use runtime::random::{has_hash, same_text};
use serde::Serialize;
use store::Store;

/// The most a vendor may send at once.
const MOST_BYTES: usize = 256 * 1024;

/// What the intake needs.
#[derive(Debug, Clone)]
pub struct Intake {
    pub store: Store,
    /// Whether a vendor must show its client certificate.
    pub needs_certificate: bool,
}

#[derive(Serialize)]
struct Acknowledgements {
    acknowledgements: Vec<Acknowledgement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Acknowledgement {
    alert_id: String,
    status: &'static str,
}

/// `POST /vendors/ethoca/alerts`: a delivery of alerts.
pub async fn handle(intake: &Intake, request: Request) -> Response<Body> {
    match take(intake, &request).await {
        Ok(receipts) => acknowledged(receipts),
        Err(problem) => problem.response(&http::request_id(&request)),
    }
}

async fn take(intake: &Intake, request: &Request) -> Result<Vec<Receipt>, Problem> {
    let (store, now) = (&intake.store, http::now(request));
    let connection = caller(intake, request).await?;
    if request.body().len() > MOST_BYTES {
        return Err(Problem::new(Code::BodyTooLarge, "A delivery may have 256 KB."));
    }
    match read_push(request.body(), &zone(&connection), now) {
        Ok(delivery) => named(take_in(store, &connection, delivery, now).await),
        Err(unreadable) => {
            keep_unreadable(store, &connection, unreadable, now).await?;
            Ok(Vec::new())
        }
    }
}

/// The receipts, by which each alert is acknowledged; one that has no id cannot be, and must be
/// stored or brought again.
fn named(receipts: Vec<Receipt>) -> Result<Vec<Receipt>, Problem> {
    let is_lost =
        receipts.iter().any(|receipt| receipt.vendor_alert_id.is_none() && !receipt.is_stored());
    if is_lost { Err(Problem::unavailable(None)) } else { Ok(receipts) }
}

/// The connection whose name, password and certificate the caller has. Any holder of a certificate
/// of the same public authority would pass the gateway: the subject is what says who it is.
///
/// The password is compared before anything is counted: whoever has the right one is let in,
/// however many wrong ones came.
async fn caller(intake: &Intake, request: &Request) -> Result<Connection, Problem> {
    let (username, password) = basic(request.headers()).ok_or_else(unknown_vendor)?;
    let (store, now) = (&intake.store, http::now(request));
    let connections = store.connections().await?;
    let named = connections.into_iter().find(|one| same_text(&one.push_username, &username));
    let hash = named.as_ref().map_or("", |one| one.push_password_hash.as_str());
    // of a name that nobody has, too: it takes as long
    let is_right = has_hash(&password, hash);
    let Some(connection) = named else { return Err(refuse_sign_in(store, None, now).await) };
    if !is_right {
        return Err(refuse_sign_in(store, Some(&connection.id), now).await);
    }
    let pinned = connection
        .client_subject
        .as_deref()
        .zip(subject(request).as_deref())
        .is_some_and(|(pinned, shown)| same_text(pinned, shown));
    if intake.needs_certificate && !pinned {
        tracing::warn!(connection = %connection.id, "Vendor showed no certificate, or another's");
        return Err(unknown_vendor());
    }
    Ok(connection)
}

fn subject(request: &Request) -> Option<String> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => {
            context.authentication.as_ref()?.client_cert.as_ref()?.subject_dn.clone()
        }
        _ => None,
    }
}

fn acknowledged(receipts: Vec<Receipt>) -> Response<Body> {
    let word = |stored: bool| if stored { "SUCCESS" } else { "FAILURE" };
    let of = |receipt: Receipt| {
        let status = word(receipt.is_stored());
        Some(Acknowledgement { alert_id: receipt.vendor_alert_id?, status })
    };
    let body = Acknowledgements { acknowledgements: receipts.into_iter().filter_map(of).collect() };
    let mut response = Response::new(Body::from(serde_json::to_string(&body).unwrap_or_default()));
    response
        .headers_mut()
        .insert("content-type", lambda_http::http::HeaderValue::from_static("application/json"));
    response
}

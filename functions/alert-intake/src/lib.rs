//! A network tells us of disputes: who calls, what it says, stored, acknowledged alert by alert.

use domain::account::Connection;
use jiff::Timestamp;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use partners::ethoca::read_push;
use runtime::auth::{basic, has_hash, same_text};
use runtime::http::{self, Code, Problem};
use runtime::intake::{Receipt, keep_unreadable, take_in, zone};
use runtime::worker::chain;
use serde::Serialize;
use store::Store;

/// The most a vendor may send at once.
const MOST_BYTES: usize = 256 * 1024;

/// The most wrong sign-ins of a minute that are told apart, for each connection, and for all names that no connection has.
const MOST_WRONG: u32 = 20;
/// The connection of a name that none has.
const NOBODY: &str = "nobody";

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
    let connection = caller(intake, request, now).await?;
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

/// The receipts, by which each alert is acknowledged; one that has no id cannot be, and must be stored or brought again.
fn named(receipts: Vec<Receipt>) -> Result<Vec<Receipt>, Problem> {
    let is_lost = receipts.iter().any(|receipt| receipt.vendor_alert_id.is_none() && !receipt.is_stored());
    if is_lost { Err(Problem::unavailable(None)) } else { Ok(receipts) }
}

/// The connection whose name, password and certificate the caller has. Any holder of a certificate of the same public
/// authority would pass the gateway: the subject is what says who it is.
///
/// The password is compared before anything is counted: whoever has the right one is let in, however many wrong ones came.
async fn caller(intake: &Intake, request: &Request, now: Timestamp) -> Result<Connection, Problem> {
    let (username, password) = basic(request.headers()).ok_or_else(unknown)?;
    let connections = intake.store.connections().await?;
    let named = connections.into_iter().find(|one| same_text(&one.push_username, &username));
    let hash = named.as_ref().map_or("", |one| one.push_password_hash.as_str());
    let is_right = has_hash(&password, hash); // of a name that nobody has, too: it takes as long
    let Some(connection) = named else { return Err(refused(&intake.store, NOBODY, now).await) };
    if !is_right {
        return Err(refused(&intake.store, connection.id.as_str(), now).await);
    }
    let pinned =
        connection.client_subject.as_deref().zip(subject(request).as_deref()).is_some_and(|(pinned, shown)| same_text(pinned, shown));
    if intake.needs_certificate && !pinned {
        tracing::warn!(connection = %connection.id, "Vendor showed no certificate, or another's");
        return Err(unknown());
    }
    Ok(connection)
}

fn unknown() -> Problem {
    Problem::unauthenticated("Basic realm=\"vendors\"")
}

/// The answer to a wrong sign-in, which is counted. Where the count cannot be kept it is refused all the same.
async fn refused(store: &Store, connection: &str, now: Timestamp) -> Problem {
    match store.count_request(connection, "sign-in", MOST_WRONG, now).await {
        Ok(Some(MOST_WRONG)) if connection != NOBODY => {
            tracing::error!(connection, "Sign-ins of a vendor fail: {MOST_WRONG} with a wrong password in one minute");
            unknown()
        }
        Ok(Some(_)) => unknown(),
        Ok(None) => {
            let seconds = 60_u64.saturating_sub(now.as_second().rem_euclid(60).unsigned_abs());
            Problem::retry_after(
                Code::TooManyRequests,
                "Too many sign-ins with a wrong password; a right one is taken at any time.",
                seconds,
            )
        }
        Err(error) => {
            tracing::warn!("A wrong sign-in could not be counted: {}", chain(&error));
            unknown()
        }
    }
}

fn subject(request: &Request) -> Option<String> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => context.authentication.as_ref()?.client_cert.as_ref()?.subject_dn.clone(),
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
    response.headers_mut().insert("content-type", lambda_http::http::HeaderValue::from_static("application/json"));
    response
}

//! Takes in the alerts that a network pushes: authenticates the vendor, stores each alert, and
//! acknowledges alert by alert.

use domain::account::VendorConnection;
use flows::intake::{AlertReceipt, quarantine_unreadable, take_in_delivery, vendor_time_zone};
use flows::problem::{Code, ProblemDetails};
use flows::vendor_sign_in::{basic_credentials, refuse_sign_in, unknown_vendor};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use partners::inbound::read_delivery;
use runtime::http;
use runtime::random::{constant_time_equals, has_hash};
use serde::Serialize;
use store::Store;

/// The largest body of a push.
const MOST_BYTES: usize = 256 * 1024;

/// The dependencies of the intake.
#[derive(Debug, Clone)]
pub struct AlertIntake {
    pub store: Store,
    /// Whether a vendor must present its client certificate.
    pub needs_certificate: bool,
}

#[derive(Serialize)]
struct PushAcknowledgements {
    acknowledgements: Vec<PushAcknowledgement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PushAcknowledgement {
    alert_id: String,
    status: &'static str,
}

/// Handles `POST /vendors/ethoca/alerts`, a delivery of alerts.
pub async fn handle(intake: &AlertIntake, request: Request) -> Response<Body> {
    match take_in_request(intake, &request).await {
        Ok(receipts) => to_acknowledgements(receipts),
        Err(problem) => problem.to_response(&http::request_id(&request)),
    }
}

async fn take_in_request(
    intake: &AlertIntake,
    request: &Request,
) -> Result<Vec<AlertReceipt>, ProblemDetails> {
    let (store, now) = (&intake.store, http::request_time(request));
    let connection = authenticate_vendor(intake, request).await?;
    if request.body().len() > MOST_BYTES {
        return Err(ProblemDetails::new(Code::BodyTooLarge, "A delivery may have 256 KB."));
    }
    let zone = vendor_time_zone(&connection);
    match read_delivery(connection.network, request.body(), (&zone, now)) {
        Ok(delivery) => {
            require_acknowledgeable(take_in_delivery(store, &connection, delivery, now).await)
        }
        Err(unreadable) => {
            quarantine_unreadable(store, &connection, unreadable, now).await?;
            Ok(Vec::new())
        }
    }
}

/// Returns the receipts that acknowledge each alert. An alert without an id cannot be acknowledged:
/// if such an alert is not stored, the vendor must send the delivery again.
fn require_acknowledgeable(
    receipts: Vec<AlertReceipt>,
) -> Result<Vec<AlertReceipt>, ProblemDetails> {
    let is_lost =
        receipts.iter().any(|receipt| receipt.vendor_alert_id.is_none() && !receipt.is_stored());
    if is_lost { Err(ProblemDetails::try_again_later(None)) } else { Ok(receipts) }
}

/// Authenticates the vendor by name, password and certificate; returns the connection. The gateway
/// accepts any certificate of the same public authority: only the pinned subject identifies the
/// vendor.
///
/// The password is compared before failed sign-ins are counted. The right password is accepted
/// after any number of wrong passwords.
async fn authenticate_vendor(
    intake: &AlertIntake,
    request: &Request,
) -> Result<VendorConnection, ProblemDetails> {
    let (username, password) = basic_credentials(request.headers()).ok_or_else(unknown_vendor)?;
    let (store, now) = (&intake.store, http::request_time(request));
    let connections = store.read_connections().await?;
    let named =
        connections.into_iter().find(|one| constant_time_equals(&one.push_username, &username));
    let hash = named.as_ref().map_or("", |one| one.push_password_hash.as_str());
    // Computed for an unknown name, too: both cases take the same time.
    let is_right = has_hash(&password, hash);
    let Some(connection) = named else { return Err(refuse_sign_in(store, None, now).await) };
    if !is_right {
        return Err(refuse_sign_in(store, Some(&connection.id), now).await);
    }
    let pinned = connection
        .client_subject
        .as_deref()
        .zip(certificate_subject(request).as_deref())
        .is_some_and(|(pinned, shown)| constant_time_equals(pinned, shown));
    if intake.needs_certificate && !pinned {
        tracing::warn!(connection = %connection.id, "Vendor showed no certificate, or another's");
        return Err(unknown_vendor());
    }
    Ok(connection)
}

fn certificate_subject(request: &Request) -> Option<String> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => {
            context.authentication.as_ref()?.client_cert.as_ref()?.subject_dn.clone()
        }
        _ => None,
    }
}

fn to_acknowledgements(receipts: Vec<AlertReceipt>) -> Response<Body> {
    let word = |stored: bool| if stored { "SUCCESS" } else { "FAILURE" };
    let of = |receipt: AlertReceipt| {
        let status = word(receipt.is_stored());
        Some(PushAcknowledgement { alert_id: receipt.vendor_alert_id?, status })
    };
    let body =
        PushAcknowledgements { acknowledgements: receipts.into_iter().filter_map(of).collect() };
    let mut response = Response::new(Body::from(serde_json::to_string(&body).unwrap_or_default()));
    response
        .headers_mut()
        .insert("content-type", lambda_http::http::HeaderValue::from_static("application/json"));
    response
}

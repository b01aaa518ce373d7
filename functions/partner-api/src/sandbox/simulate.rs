//! Simulations: what a network would decide or send, made by a TEST organisation itself. All of it
//! goes the way that LIVE alerts go; only who is called at the end is nobody.

mod asked;
mod payload;
mod scenario;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::account::enrolment::{Change, Enrolment, EnrolmentStatus};
use domain::account::{Connection, Mode};
use domain::basics::id::{AlertId, ConnectionId, QuarantineId};
use flows::Failure;
use flows::intake::{Became, Receipt, take_in, zone};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use partners::ethoca::{read_push, write_push};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use views::{alert, enrolment};

use crate::alerts;
use crate::http::body::{Given, MOST_NOTE, length, refuse};
use crate::http::caller::Caller;
use crate::http::response::{Answer, Refused, Shown, failed};
use crate::http::state::{Api, Shared};
use asked::New;
use scenario::Scenario;

type OneAlert = Shown<alert::Fields>;
type OneEnrolment = Shown<enrolment::Fields>;

/// What becomes of an enrolment.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SimulatedEnrolment)]
struct Life {
    status: Becomes,
    note: Option<String>,
}

/// What a network, or whoever operates the system, makes of an enrolment.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = SimulatedEnrolmentStatus)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Becomes {
    Enabled,
    NeedsAttention,
    Unenrolled,
}

/// A simulated alert as GET shows it, and how it came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedAlert)]
struct Made {
    #[serde(flatten)]
    alert: OneAlert,
    simulation: Simulation,
}

/// How a simulated alert came that no enrolment took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedQuarantine)]
struct Held {
    simulation: Simulation,
}

/// How a simulated alert came.
#[derive(Debug, Serialize, ToSchema)]
struct Simulation {
    scenario: Scenario,
    vendor_alert_id: String,
    deliveries: Vec<Delivery>,
}

/// What became of one delivery of the alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedDelivery)]
struct Delivery {
    /// RECEIVED, KNOWN from the delivery before, or QUARANTINED.
    result: &'static str,
    alert_id: Option<AlertId>,
    quarantine_id: Option<QuarantineId>,
    reason: Option<String>,
}

/// Simulates what a network makes of an enrolment.
#[utoipa::path(
    patch, path = "/v1/simulate/enrolments/{id}", operation_id = "simulate_enrolment",
    request_body = Life,
    responses((status = 200, body = OneEnrolment), (status = 422, description = "TEST_MODE_ONLY")),
    security(("bearer" = ["simulations:enrollments"]))
)]
pub(crate) async fn enrolment(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<OneEnrolment> {
    caller.may("simulations:enrollments")?;
    let old: Enrolment = caller.record(&api.store, &id, "enrolment").await?;
    test_only(&caller)?;
    let Given { body: Life { status, note }, now } = Given::<Life>::read(request).await?;
    refuse(note.as_deref().and_then(|note| length("note", note, MOST_NOTE)).into_iter().collect())?;
    let connection = Some(ConnectionId::simulated(&old.organisation));
    let change = Change { status: Some(status.into()), note, connection, ..Change::default() };
    let changed = old
        .changed(change, now)
        .map_err(|why| Problem::field("status", "NOT_POSSIBLE", format!("{why}.")))?;
    api.store.change_enrolment(&changed).await?;
    Ok(Json(enrolment::shown(changed)))
}

/// Simulates an alert.
///
/// The network's payload is written, and taken in as if it had been pushed.
#[utoipa::path(
    post, path = "/v1/simulate/alerts", operation_id = "simulate_alert", request_body = New,
    responses(
        (status = 201, body = Made),
        (status = 202, description = "No enrolment took it; it is quarantined.", body = Held),
        (status = 404, description = "NOT_FOUND"), (status = 422, description = "TEST_MODE_ONLY")
    ),
    security(("bearer" = ["simulations:alerts"]))
)]
pub(crate) async fn alert(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Result<Response, Refused> {
    caller.may("simulations:alerts")?;
    let Given { body: asked, now } = Given::<New>::read(request).await?;
    let organisation = caller.named_organisation(&api.store, &asked.organisation_id).await?;
    test_only(&caller)?;
    refuse(asked.faults(now))?;
    let connection = api.store.connection(&ConnectionId::simulated(&organisation.id)).await?;
    let connection =
        connection.ok_or_else(|| failed(&Failure::Missing("the simulated connection")))?;
    let claim = payload::claim(&api, &caller, &asked, &connection, now).await?;
    let body = write_push(&claim, asked.kind()).map_err(|error| failed(&Failure::from(error)))?;
    let mut deliveries = Vec::new();
    for _ in 0..asked.scenario().deliveries() {
        deliveries.push(delivered(&api, &connection, &body, now).await?);
    }
    let simulation = Simulation {
        scenario: asked.scenario(),
        vendor_alert_id: claim.vendor_alert_id,
        deliveries,
    };
    let id = simulation.deliveries.iter().find_map(|one| one.alert_id.clone());
    let Some(id) = id else {
        return Ok((StatusCode::ACCEPTED, Json(Held { simulation })).into_response());
    };
    let found = api
        .store
        .alert(&id)
        .await?
        .ok_or_else(|| failed(&Failure::Missing("the alert that was taken in")))?;
    Ok((StatusCode::CREATED, Json(Made { alert: alert::shown(&found), simulation }))
        .into_response())
}

/// Simulates that the network takes an alert back.
#[utoipa::path(
    post, path = "/v1/simulate/alerts/{id}/retract", operation_id = "simulate_retraction",
    responses(
        (status = 200, body = OneAlert), (status = 409, description = "CONFLICT"),
        (status = 422, description = "TEST_MODE_ONLY")
    ),
    security(("bearer" = ["simulations:alerts"]))
)]
pub(crate) async fn retract(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<OneAlert> {
    caller.may("simulations:alerts")?;
    let found = alerts::seen(&api, &caller, id).await?;
    test_only(&caller)?;
    let moving = |_| Problem::new(Code::Conflict, "It is being worked, or was retracted before.");
    let retracted = found.retracted(runtime::http::now(&request)).map_err(moving)?;
    api.store.commit(&retracted).await?;
    Ok(Json(alert::shown(&retracted)))
}

/// One delivery, as the function that takes pushes in reads and stores it.
async fn delivered(
    api: &Api,
    connection: &Connection,
    body: &[u8],
    now: Timestamp,
) -> Result<Delivery, Refused> {
    let unread = || failed(&Failure::Missing("the alert that was written"));
    let pushed = read_push(body, &zone(connection), now).map_err(|_| unread())?;
    let receipt: Option<Receipt> = take_in(&api.store, connection, pushed, now).await.pop();
    match receipt.and_then(|receipt| receipt.became) {
        Some(became) => Ok(Delivery::of(became)),
        None => Err(Problem::unavailable(None).into()),
    }
}

/// A LIVE organisation's alerts come from its network, and its enrolments are the network's
/// business.
fn test_only(caller: &Caller) -> Result<(), Problem> {
    match caller.0.mode {
        Mode::Test => Ok(()),
        Mode::Live => Err(Problem::new(
            Code::TestModeOnly,
            "This organisation is LIVE; use a TEST partner's key.",
        )),
    }
}

impl From<Becomes> for EnrolmentStatus {
    fn from(becomes: Becomes) -> Self {
        match becomes {
            Becomes::Enabled => Self::Enabled,
            Becomes::NeedsAttention => Self::NeedsAttention,
            Becomes::Unenrolled => Self::Unenrolled,
        }
    }
}

impl Delivery {
    fn of(became: Became) -> Self {
        let of = |result, alert_id| Self { result, alert_id, quarantine_id: None, reason: None };
        match became {
            Became::Received(id) => of("RECEIVED", Some(id)),
            Became::Known(id) => of("KNOWN", Some(id)),
            Became::Quarantined { id, reason } => {
                Self { quarantine_id: Some(id), reason: Some(reason), ..of("QUARANTINED", None) }
            }
        }
    }
}

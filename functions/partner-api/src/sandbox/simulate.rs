//! Simulations: decisions and payloads of a network, made by a TEST organisation itself. All take
//! the same path as LIVE alerts, except for the calls to external parties.

mod asked;
mod payload;
mod scenario;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::account::enrolment::{Enrolment, EnrolmentChange, EnrolmentStatus};
use domain::account::{OperatingMode, VendorConnection};
use domain::basics::id::{AlertId, ConnectionId, OrganisationId, QuarantineId};
use flows::StageFailure;
use flows::intake::{AlertReceipt, IntakeResult, take_in_delivery, vendor_time_zone};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use partners::ethoca::{read_push, write_push};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use views::{alert, enrolment};

use crate::alerts;
use crate::http::body::{MOST_NOTE, RequestBody, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::{ApiContext, SharedContext};
use asked::SimulateAlert;
use scenario::SimulationScenario;

type SimulatedAlertResource = ResourceResponse<alert::AlertFields>;
type SimulatedEnrolmentResource = ResourceResponse<enrolment::EnrolmentFields>;

/// The new state of an enrolment.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SimulatedEnrolment)]
struct SimulateEnrolment {
    status: SimulatedStatus,
    note: Option<String>,
}

/// The decision of a network, or of the operator, on an enrolment.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = SimulatedEnrolmentStatus)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SimulatedStatus {
    Enabled,
    NeedsAttention,
    Unenrolled,
}

/// A simulated alert as its GET returns the alert, with its deliveries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedAlert)]
struct SimulatedAlertResponse {
    #[serde(flatten)]
    alert: SimulatedAlertResource,
    simulation: Simulation,
}

/// A simulated alert that no enrolment accepted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedQuarantine)]
struct SimulatedQuarantine {
    simulation: Simulation,
}

/// The deliveries of a simulated alert.
#[derive(Debug, Serialize, ToSchema)]
struct Simulation {
    scenario: SimulationScenario,
    vendor_alert_id: String,
    deliveries: Vec<SimulatedDelivery>,
}

/// The result of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedDelivery)]
struct SimulatedDelivery {
    /// RECEIVED, KNOWN from an earlier delivery, or QUARANTINED.
    result: &'static str,
    alert_id: Option<AlertId>,
    quarantine_id: Option<QuarantineId>,
    reason: Option<String>,
}

/// Simulates a network's decision on an enrolment.
#[utoipa::path(
    patch, path = "/v1/simulate/enrolments/{id}", operation_id = "simulate_enrolment",
    request_body = SimulateEnrolment,
    responses(
        (status = 200, body = SimulatedEnrolmentResource),
        (status = 422, description = "TEST_MODE_ONLY")
    ),
    security(("bearer" = ["simulations:enrollments"]))
)]
pub(crate) async fn enrolment(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<SimulatedEnrolmentResource> {
    caller.require_ability("simulations:enrollments")?;
    let old: Enrolment = caller.load_record(&api.store, &id, "enrolment").await?;
    require_test_mode(&caller)?;
    let RequestBody { body: SimulateEnrolment { status, note }, now } =
        RequestBody::<SimulateEnrolment>::read_request(request).await?;
    refuse_faults(
        note.as_deref()
            .and_then(|note| length_fault("note", note, MOST_NOTE))
            .into_iter()
            .collect(),
    )?;
    let connection = Some(ConnectionId::simulated_for_organisation(&old.organisation));
    let change = EnrolmentChange {
        status: Some(status.into()),
        note,
        connection,
        ..EnrolmentChange::default()
    };
    let changed = old.apply_change(change, now).map_err(|why| {
        ProblemDetails::invalid_field("status", "NOT_POSSIBLE", format!("{why}."))
    })?;
    api.store.change_enrolment(&changed).await?;
    Ok(Json(enrolment::to_enrolment_response(changed)))
}

/// Simulates an alert.
///
/// The network's payload is generated and processed as if pushed by the network.
#[utoipa::path(
    post, path = "/v1/simulate/alerts", operation_id = "simulate_alert",
    request_body = SimulateAlert,
    responses(
        (status = 201, body = SimulatedAlertResponse),
        (
            status = 202, body = SimulatedQuarantine,
            description = "No enrolment accepted the alert, which is quarantined."
        ),
        (status = 404, description = "NOT_FOUND"), (status = 422, description = "TEST_MODE_ONLY")
    ),
    security(("bearer" = ["simulations:alerts"]))
)]
pub(crate) async fn alert(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> Result<Response, ApiRefusal> {
    caller.require_ability("simulations:alerts")?;
    let RequestBody { body: asked, now } =
        RequestBody::<SimulateAlert>::read_request(request).await?;
    let organisation = caller.require_organisation(&api.store, &asked.organisation_id).await?;
    require_test_mode(&caller)?;
    refuse_faults(asked.find_faults(now))?;
    let connection = load_simulated_connection(&api, &organisation.id).await?;
    let claim = payload::build_claim(&api, &caller, &asked, &connection, now).await?;
    let body = write_push(&claim, asked.alert_type())
        .map_err(|error| to_unavailable(&StageFailure::from(error)))?;
    let mut deliveries = Vec::new();
    for _ in 0..asked.scenario().delivery_count() {
        deliveries.push(deliver_payload(&api, &connection, &body, now).await?);
    }
    let simulation = Simulation {
        scenario: asked.scenario(),
        vendor_alert_id: claim.vendor_alert_id,
        deliveries,
    };
    let id = simulation.deliveries.iter().find_map(|one| one.alert_id.clone());
    let Some(id) = id else {
        return Ok((StatusCode::ACCEPTED, Json(SimulatedQuarantine { simulation })).into_response());
    };
    let found = api
        .store
        .read_alert(&id)
        .await?
        .ok_or_else(|| to_unavailable(&StageFailure::Missing("the alert that was taken in")))?;
    Ok((
        StatusCode::CREATED,
        Json(SimulatedAlertResponse { alert: alert::to_alert_response(&found), simulation }),
    )
        .into_response())
}

async fn load_simulated_connection(
    api: &ApiContext,
    organisation: &OrganisationId,
) -> Result<VendorConnection, ApiRefusal> {
    let id = ConnectionId::simulated_for_organisation(organisation);
    let connection = api.store.read_connection(&id).await?;
    connection.ok_or_else(|| to_unavailable(&StageFailure::Missing("the simulated connection")))
}

/// Simulates that the network retracts an alert.
#[utoipa::path(
    post, path = "/v1/simulate/alerts/{id}/retract", operation_id = "simulate_retraction",
    responses(
        (status = 200, body = SimulatedAlertResource), (status = 409, description = "CONFLICT"),
        (status = 422, description = "TEST_MODE_ONLY")
    ),
    security(("bearer" = ["simulations:alerts"]))
)]
pub(crate) async fn retract(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<SimulatedAlertResource> {
    caller.require_ability("simulations:alerts")?;
    let found = alerts::load_alert(&api, &caller, id).await?;
    require_test_mode(&caller)?;
    let moving =
        |_| ProblemDetails::new(Code::Conflict, "It is being worked, or was retracted before.");
    let retracted = found.mark_retracted(runtime::http::request_time(&request)).map_err(moving)?;
    api.store.commit(&retracted).await?;
    Ok(Json(alert::to_alert_response(&retracted)))
}

/// Reads and stores a delivery in the same way as the intake function.
async fn deliver_payload(
    api: &ApiContext,
    connection: &VendorConnection,
    body: &[u8],
    now: Timestamp,
) -> Result<SimulatedDelivery, ApiRefusal> {
    let unread = || to_unavailable(&StageFailure::Missing("the alert that was written"));
    let pushed = read_push(body, &vendor_time_zone(connection), now).map_err(|_| unread())?;
    let receipt: Option<AlertReceipt> =
        take_in_delivery(&api.store, connection, pushed, now).await.pop();
    match receipt.and_then(|receipt| receipt.became) {
        Some(became) => Ok(SimulatedDelivery::from_intake_result(became)),
        None => Err(ProblemDetails::try_again_later(None).into()),
    }
}

/// Refuses LIVE keys: LIVE alerts and enrolment decisions come only from the network.
fn require_test_mode(caller: &ApiCaller) -> Result<(), ProblemDetails> {
    match caller.0.mode {
        OperatingMode::Test => Ok(()),
        OperatingMode::Live => Err(ProblemDetails::new(
            Code::TestModeOnly,
            "This organisation is LIVE; use a TEST partner's key.",
        )),
    }
}

impl From<SimulatedStatus> for EnrolmentStatus {
    fn from(becomes: SimulatedStatus) -> Self {
        match becomes {
            SimulatedStatus::Enabled => Self::Enabled,
            SimulatedStatus::NeedsAttention => Self::NeedsAttention,
            SimulatedStatus::Unenrolled => Self::Unenrolled,
        }
    }
}

impl SimulatedDelivery {
    fn from_intake_result(became: IntakeResult) -> Self {
        let of = |result, alert_id| Self { result, alert_id, quarantine_id: None, reason: None };
        match became {
            IntakeResult::Received(id) => of("RECEIVED", Some(id)),
            IntakeResult::Known(id) => of("KNOWN", Some(id)),
            IntakeResult::Quarantined { id, reason } => {
                Self { quarantine_id: Some(id), reason: Some(reason), ..of("QUARANTINED", None) }
            }
        }
    }
}

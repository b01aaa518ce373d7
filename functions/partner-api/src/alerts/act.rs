//! A person's action on an alert: checked against the setup, committed once, then awaited.

mod order;
mod patch;

use std::time::Duration;

use domain::account::person::Requester;
use domain::alert::action_request::ActionRequestResult;
use domain::alert::{ActionRequest, Alert, AlertState, HistoryActor};
use domain::basics::id::AlertId;
use domain::rules::ruleset::AlertAction;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use store::StoreError;
use tokio::time::{Instant, sleep};
use views::enum_name;

use crate::http::state::ApiContext;
use order::{build_action_request, refund_amount};

pub(crate) use patch::AlertActionPatch;

/// The write attempts against concurrent writes of the pipeline, which takes an alert through fewer
/// states.
const ATTEMPTS: usize = 8;
/// The instruction for an alert whose refund may have been made.
const UNCONFIRMED: &str = "A refund of this alert may have been made. Look at its processor, then \
    send `REFUND` with `refunded_externally` true, or `ACCEPT_DISPUTE` with it false.";
/// The poll interval while a response waits for the outcome.
const LOOKS: Duration = Duration::from_millis(150);

/// Commits the action, if any. Each retry re-reads the alert, because the pipeline may write
/// concurrently.
pub(crate) async fn take_action(
    api: &ApiContext,
    by: &Requester,
    id: &AlertId,
    patch: &AlertActionPatch,
    now: Timestamp,
) -> Result<bool, ProblemDetails> {
    let Some(action) = patch.action else { return Ok(false) };
    for _ in 0..ATTEMPTS {
        let alert = read_alert(api, id).await?;
        refuse_closed(&alert, now)?;
        let ask = match alert.action_under_way() {
            Some(_) => {
                let (declared, cancelled) =
                    (patch.refund_declaration(by, now), patch.cancel_declaration(by, now));
                ActionRequest {
                    amount: refund_amount(patch, &alert, alert.sale())?,
                    declared,
                    cancelled,
                    ..ActionRequest::for_action(action, by.clone(), now)
                }
            }
            None => build_action_request(api, by, &alert, patch, action, now).await?,
        };
        match alert.clone().request_action(ask, now) {
            ActionRequestResult::Repeated => return Ok(true),
            ActionRequestResult::Conflict => return Err(conflict_problem(&alert, action)),
            ActionRequestResult::TooLate => return Err(deadline_problem(&alert)),
            ActionRequestResult::Taken(next) => match api.store.commit(&next).await {
                Err(StoreError::Conflict(_)) => {}
                done => return Ok(done.map(|()| true)?),
            },
        }
    }
    Err(ProblemDetails::new(Code::Conflict, "The alert is being worked; read it again."))
}

/// Stores the note, if any.
pub(crate) async fn keep_note(
    api: &ApiContext,
    by: &Requester,
    id: &AlertId,
    patch: &AlertActionPatch,
    now: Timestamp,
) -> Result<(), ProblemDetails> {
    let Some(note) = &patch.note else { return Ok(()) };
    for _ in 0..ATTEMPTS {
        let alert = read_alert(api, id).await?;
        match api
            .store
            .commit(&alert.replace_note(note.clone(), HistoryActor::Person(by.clone()), now))
            .await
        {
            Err(StoreError::Conflict(_)) => {}
            done => return Ok(done?),
        }
    }
    Err(ProblemDetails::new(Code::Conflict, "The alert is being worked; send the note again."))
}

/// Waits until the alert is closed, needs a person again, or the timeout ends.
pub(super) async fn wait_for_outcome(api: &ApiContext, id: &AlertId) -> Result<(), ProblemDetails> {
    let until = Instant::now() + api.waits;
    loop {
        let view = read_alert(api, id).await?.status_view();
        if view.status != "ACTION_REQUIRED" || view.is_actionable || Instant::now() + LOOKS > until
        {
            return Ok(());
        }
        sleep(LOOKS).await;
    }
}

fn refuse_closed(alert: &Alert, now: Timestamp) -> Result<(), ProblemDetails> {
    match alert.state() {
        AlertState::Resolved { .. } | AlertState::Retracted { .. } => Err(ProblemDetails::new(
            Code::AlreadyResolved,
            format!("The alert is {}; only its note can change.", alert.status_view().status),
        )),
        AlertState::Expired { .. } => Err(deadline_problem(alert)),
        _ if alert.action_under_way().is_none()
            && !alert.is_refund_unconfirmed()
            && now >= alert.deadlines.action =>
        {
            Err(deadline_problem(alert))
        }
        _ => Ok(()),
    }
}

fn deadline_problem(alert: &Alert) -> ProblemDetails {
    ProblemDetails::new(
        Code::DeadlinePassed,
        format!(
            "The deadline was {}; the alert is {}.",
            alert.deadlines.action,
            enum_name(&alert.state().step_kind())
        ),
    )
}

fn conflict_problem(alert: &Alert, asked: AlertAction) -> ProblemDetails {
    let state = enum_name(&alert.state().step_kind());
    if let Some(found) =
        alert.sale().filter(|_| asked.denies_payment() && alert.action_under_way().is_none())
    {
        let payment = &found.sale.transaction_id;
        let detail = format!(
            "{payment} is matched: name the right payment with another action, or send \
             `ACCEPT_DISPUTE`."
        );
        return ProblemDetails::new(Code::Conflict, detail);
    }
    if alert.is_refund_unconfirmed() {
        return ProblemDetails::new(Code::Conflict, UNCONFIRMED);
    }
    let detail = match alert.action_under_way() {
        Some(action) => format!("{} is being done; the alert is {state}.", enum_name(&action)),
        None => format!("The alert is {state} and takes no action now."),
    };
    ProblemDetails::new(Code::Conflict, detail)
}

async fn read_alert(api: &ApiContext, id: &AlertId) -> Result<Alert, ProblemDetails> {
    api.store.read_alert(id).await?.ok_or_else(|| ProblemDetails::not_found("alert"))
}

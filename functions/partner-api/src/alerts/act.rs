//! A person's action on an alert: checked against what is set up, committed once, and waited for.

mod order;
mod patch;

use std::time::Duration;

use domain::account::person::Person;
use domain::alert::action_request::Asked;
use domain::alert::{Actor, Alert, Ask, State};
use domain::basics::id::AlertId;
use domain::rules::ruleset::Action;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use store::StoreError;
use tokio::time::{Instant, sleep};
use views::word;

use crate::http::state::Api;
use order::{amount, ask};

pub(crate) use patch::Patch;

/// How often a write is tried again where the pipeline wrote first. It takes an alert through fewer
/// states than that.
const ATTEMPTS: usize = 8;
/// What a person must say of a refund that may have been made.
const UNCONFIRMED: &str = "A refund of this alert may have been made. Look at its processor, then \
    send `REFUND` with `refunded_externally` true, or `ACCEPT_DISPUTE` with it false.";
/// How often the alert is looked at while an answer waits.
const LOOKS: Duration = Duration::from_millis(150);

/// Commits the action, if there is one; the pipeline may write in between, so the alert is read
/// anew each time.
pub(crate) async fn take(
    api: &Api,
    by: &Person,
    id: &AlertId,
    patch: &Patch,
    now: Timestamp,
) -> Result<bool, Problem> {
    let Some(action) = patch.action else { return Ok(false) };
    for _ in 0..ATTEMPTS {
        let alert = read(api, id).await?;
        refuse_over(&alert, now)?;
        let ask = match alert.action_under_way() {
            Some(_) => {
                let (declared, cancelled) = (patch.word(by, now), patch.cancelled(by, now));
                Ask {
                    amount: amount(patch, &alert, alert.sale())?,
                    declared,
                    cancelled,
                    ..Ask::of(action, by.clone(), now)
                }
            }
            None => ask(api, by, &alert, patch, action, now).await?,
        };
        match alert.clone().ask(ask, now) {
            Asked::Repeated => return Ok(true),
            Asked::Conflict => return Err(conflict(&alert, action)),
            Asked::TooLate => return Err(too_late(&alert)),
            Asked::Taken(next) => match api.store.commit(&next).await {
                Err(StoreError::Conflict(_)) => {}
                done => return Ok(done.map(|()| true)?),
            },
        }
    }
    Err(Problem::new(Code::Conflict, "The alert is being worked; read it again."))
}

/// Keeps the note, if there is one.
pub(crate) async fn note(
    api: &Api,
    by: &Person,
    id: &AlertId,
    patch: &Patch,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(note) = &patch.note else { return Ok(()) };
    for _ in 0..ATTEMPTS {
        let alert = read(api, id).await?;
        match api.store.commit(&alert.noted(note.clone(), Actor::Person(by.clone()), now)).await {
            Err(StoreError::Conflict(_)) => {}
            done => return Ok(done?),
        }
    }
    Err(Problem::new(Code::Conflict, "The alert is being worked; send the note again."))
}

/// Waits until the alert is over, or needs a person again, or the time is up.
pub(super) async fn wait(api: &Api, id: &AlertId) -> Result<(), Problem> {
    let until = Instant::now() + api.waits;
    loop {
        let view = read(api, id).await?.view();
        if view.status != "ACTION_REQUIRED" || view.is_actionable || Instant::now() + LOOKS > until
        {
            return Ok(());
        }
        sleep(LOOKS).await;
    }
}

fn refuse_over(alert: &Alert, now: Timestamp) -> Result<(), Problem> {
    match alert.state() {
        State::Resolved { .. } | State::Retracted { .. } => Err(Problem::new(
            Code::AlreadyResolved,
            format!("The alert is {}; only its note can change.", alert.view().status),
        )),
        State::Expired { .. } => Err(too_late(alert)),
        _ if alert.action_under_way().is_none()
            && !alert.is_unconfirmed()
            && now >= alert.deadlines.action =>
        {
            Err(too_late(alert))
        }
        _ => Ok(()),
    }
}

fn too_late(alert: &Alert) -> Problem {
    Problem::new(
        Code::DeadlinePassed,
        format!(
            "The deadline was {}; the alert is {}.",
            alert.deadlines.action,
            word(&alert.state().did())
        ),
    )
}

fn conflict(alert: &Alert, asked: Action) -> Problem {
    let state = word(&alert.state().did());
    if let Some(found) =
        alert.sale().filter(|_| asked.denies() && alert.action_under_way().is_none())
    {
        let payment = &found.sale.transaction_id;
        let detail = format!(
            "{payment} is matched: name the right payment with another action, or send \
             `ACCEPT_DISPUTE`."
        );
        return Problem::new(Code::Conflict, detail);
    }
    if alert.is_unconfirmed() {
        return Problem::new(Code::Conflict, UNCONFIRMED);
    }
    let detail = match alert.action_under_way() {
        Some(action) => format!("{} is being done; the alert is {state}.", word(&action)),
        None => format!("The alert is {state} and takes no action now."),
    };
    Problem::new(Code::Conflict, detail)
}

async fn read(api: &Api, id: &AlertId) -> Result<Alert, Problem> {
    api.store.alert(id).await?.ok_or_else(|| Problem::not_found("alert"))
}

//! A person's action on an alert: checked against what is set up, committed once, and waited for.

use std::time::Duration;

use domain::account::IntegrationKind;
use domain::account::enrolment::Fault;
use domain::account::person::Person;
use domain::alert::action_request::Asked;
use domain::alert::{Actor, Alert, Ask, Declaration, State};
use domain::basics::id::AlertId;
use domain::basics::money::Money;
use domain::matching::setup::Setup;
use domain::matching::{BAR, Candidate};
use domain::rules::ruleset::Action;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use serde::Deserialize;
use store::StoreError;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;
use views::word;

use super::named::named;
use crate::http::body::{MOST_NOTE, refuse};
use crate::http::state::Api;

/// How often a write is tried again where the pipeline wrote first. It takes an alert through fewer
/// states than that.
const ATTEMPTS: usize = 8;
/// What a person must say of a refund that may have been made.
const UNCONFIRMED: &str = "A refund of this alert may have been made. Look at its processor, then \
    send `REFUND` with `refunded_externally` true, or `ACCEPT_DISPUTE` with it false.";
/// Why a refund is not told of yet.
const NOT_ACCEPTED: &str = "The network is told of a refund by your word only once it has \
    accepted this enrolment, which whoever operates the system confirms, or of a payment that fits: at a connected processor, or in an order that you sent before the alert came.";
/// How often the alert is looked at while an answer waits.
const LOOKS: Duration = Duration::from_millis(150);

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertAction)]
pub(crate) struct Patch {
    /// What is to be done; without one only the note is kept.
    pub action: Option<Action>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Which payment the alert is about, where none was found or several may be.
    #[schema(max_length = 255)]
    pub integration_transaction_id: Option<String>,
    /// How much to give back, in the payment's currency; what is disputed if it is not given.
    #[schema(minimum = 1)]
    pub refund_amount_in_cents: Option<u64>,
    /// Whether the money went back by another way. False goes with `ACCEPT_DISPUTE` of an alert
    /// that is `REFUND_UNCONFIRMED`: the processor shows none.
    pub refunded_externally: Option<bool>,
    /// Whether the subscription was ended by another way; goes with `CANCEL` and
    /// `REFUND_AND_CANCEL`.
    pub cancelled_externally: Option<bool>,
    /// By what a refund made elsewhere is known there.
    #[schema(max_length = 255)]
    pub refund_reference: Option<String>,
}

impl Patch {
    /// Refuses what no alert could take.
    pub fn refuse(&self) -> Result<(), Problem> {
        let refunds = self.action.is_some_and(Action::refunds);
        let cancels = self.action.is_some_and(Action::cancels);
        let denies = self.action.is_some_and(Action::denies);
        let only = |field: &str, given: bool, fits: bool| {
            (given && !fits).then(|| {
                Fault::new(field, "NOT_TAKEN", "Goes with REFUND or REFUND_AND_CANCEL only.")
            })
        };
        let not_cancelled = (self.cancelled_externally == Some(true) && !cancels).then(|| {
            Fault::new(
                "cancelled_externally",
                "NOT_TAKEN",
                "Goes with CANCEL or REFUND_AND_CANCEL only.",
            )
        });
        let named_and_denied = (self.integration_transaction_id.is_some() && denies).then(|| {
            Fault::new(
                "integration_transaction_id",
                "NOT_TAKEN",
                "Goes with no action that says there is no payment.",
            )
        });
        let long = |field: &str, text: &Option<String>, most: usize| {
            let long = text.as_ref().is_some_and(|text| text.chars().count() > most);
            long.then(|| {
                Fault::new(field, "TOO_LONG", format!("At most {most} characters are taken."))
            })
        };
        let nothing = self.action.is_none() && self.note.is_none();
        let zero = self.refund_amount_in_cents == Some(0);
        let unnamed = self.integration_transaction_id.is_some() && self.action.is_none();
        let faults = [
            nothing
                .then(|| Fault::new("action", "REQUIRED", "Give an `action`, a `note` or both.")),
            unnamed.then(|| {
                Fault::new("integration_transaction_id", "NOT_TAKEN", "Goes with an `action` only.")
            }),
            only("refund_amount_in_cents", self.refund_amount_in_cents.is_some(), refunds),
            only("refunded_externally", self.refunded_externally == Some(true), refunds),
            only("refund_reference", self.refund_reference.is_some(), refunds),
            not_cancelled,
            named_and_denied,
            zero.then(|| {
                Fault::new("refund_amount_in_cents", "OUT_OF_RANGE", "Must be more than 0.")
            }),
            long("note", &self.note, MOST_NOTE),
            long("refund_reference", &self.refund_reference, 255),
            long("integration_transaction_id", &self.integration_transaction_id, 255),
        ];
        refuse(faults.into_iter().flatten().collect())
    }

    /// The person's word that the money went back by another way, where it is given.
    fn word(&self, by: &Person, now: Timestamp) -> Option<Declaration> {
        (self.refunded_externally == Some(true)).then(|| self.declaration(by, now))
    }

    /// The person's word that the subscription was ended by another way, where it is given.
    fn cancelled(&self, by: &Person, now: Timestamp) -> Option<Declaration> {
        (self.cancelled_externally == Some(true)).then(|| Declaration {
            by: by.clone(),
            at: now,
            reference: None,
        })
    }

    fn declaration(&self, by: &Person, now: Timestamp) -> Declaration {
        Declaration { by: by.clone(), at: now, reference: self.refund_reference.clone() }
    }
}

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

/// The order as the domain takes it: with its sale, its amount, and the word of a person where no
/// processor is at hand.
async fn ask(
    api: &Api,
    by: &Person,
    alert: &Alert,
    patch: &Patch,
    action: Action,
    now: Timestamp,
) -> Result<Ask, Problem> {
    let setup = api.store.setup(alert).await?;
    let setup =
        setup.ok_or_else(|| Problem::new(Code::NotActionable, "The alert's enrolment is gone."))?;
    let sale = match &patch.integration_transaction_id {
        Some(reference) => Some(Box::new(named(api, &setup, alert, reference, now).await?)),
        None => None,
    };
    let known = sale.as_deref().or_else(|| alert.sale());
    let declared = declared(by, patch, action, (alert, &setup), now)?;
    if declared.is_some() && !may_declare(api, alert, known, &setup).await? {
        return Err(Problem::of_field(
            Code::EnrolmentNotAccepted,
            "refunded_externally",
            NOT_ACCEPTED,
        ));
    }
    let cancelled = cancelled(by, patch, action, &setup, now)?;
    let unmatched = known.is_none() && matches!(alert.state(), State::ActionRequired { .. });
    let moves = (action.refunds() && declared.is_none())
        || (action == Action::Cancel && cancelled.is_none());
    if moves && unmatched {
        return Err(transaction_required(action));
    }
    let (amount, nothing_went_back) =
        (amount(patch, alert, known)?, patch.refunded_externally == Some(false));
    Ok(Ask {
        sale,
        amount,
        declared,
        cancelled,
        nothing_went_back,
        ..Ask::of(action, by.clone(), now)
    })
}

/// Whether a network may hear of a refund by a person's word alone: of an organisation whose
/// descriptor it is beyond doubt, or of a payment that fits, which a processor of ours has, or an
/// order told of before the alert came. What is written once it is known what the alert says proves
/// nothing.
async fn may_declare(
    api: &Api,
    alert: &Alert,
    known: Option<&Candidate>,
    setup: &Setup,
) -> Result<bool, Problem> {
    if setup.is_accepted() || alert.is_unconfirmed() {
        return Ok(true);
    }
    let Some(sale) = known.filter(|one| one.score >= BAR).map(|one| &one.sale) else {
        return Ok(false);
    };
    let source = sale.payment.as_ref().and_then(|payment| setup.integration(&payment.integration));
    if source.is_some_and(|source| source.kind == IntegrationKind::Stripe) {
        return Ok(true);
    }
    let Some(order) = &sale.order else { return Ok(false) };
    Ok(api.store.order(order).await?.is_some_and(|order| order.stood_before(alert.received_at)))
}

/// Where there is no processor to call, a person's REFUND means "I refunded". Where there is one
/// and it is switched off, that must be said: the person may have meant us. So where a refund of
/// ours may have been made.
fn declared(
    by: &Person,
    patch: &Patch,
    action: Action,
    (alert, setup): (&Alert, &Setup),
    now: Timestamp,
) -> Result<Option<Declaration>, Problem> {
    let word = patch.word(by, now);
    if action.refunds() && word.is_none() && setup.refunds_are_switched_off() {
        let message = "The integration that refunds is DISABLED: enable it, or set this if the \
            money went back already.";
        return Err(Problem::of_field(Code::NoProcessor, "refunded_externally", message));
    }
    let nobody = !setup.can_refund() && !alert.is_unconfirmed();
    if action.refunds() && nobody && patch.refunded_externally == Some(false) {
        let message =
            "No processor can be called for this alert: give the money back there, then set this.";
        return Err(Problem::of_field(Code::NoProcessor, "refunded_externally", message));
    }
    Ok(word.or_else(|| nobody.then(|| patch.declaration(by, now))).filter(|_| action.refunds()))
}

/// The same of the subscription: where nobody can be called, a person's CANCEL means "I cancelled".
fn cancelled(
    by: &Person,
    patch: &Patch,
    action: Action,
    setup: &Setup,
    now: Timestamp,
) -> Result<Option<Declaration>, Problem> {
    let word = patch.cancelled(by, now);
    if action == Action::Cancel && word.is_none() && setup.refunds_are_switched_off() {
        let message = "The integration that cancels is DISABLED: enable it, or set this if the \
            subscription was ended already.";
        return Err(Problem::of_field(Code::NoProcessor, "cancelled_externally", message));
    }
    let nobody = !setup.can_refund();
    if action.cancels() && nobody && patch.cancelled_externally == Some(false) {
        let message =
            "No processor can be called for this alert: end the subscription there, then set this.";
        return Err(Problem::of_field(Code::NoProcessor, "cancelled_externally", message));
    }
    let implied = || nobody.then(|| Declaration { by: by.clone(), at: now, reference: None });
    Ok(word.or_else(implied).filter(|_| action.cancels()))
}

/// At most what was paid: by the payment's own word where it is known, else by the bank's.
fn amount(
    patch: &Patch,
    alert: &Alert,
    known: Option<&Candidate>,
) -> Result<Option<Money>, Problem> {
    let Some(minor) = patch.refund_amount_in_cents else { return Ok(None) };
    let paid = known
        .map(|candidate| &candidate.sale)
        .filter(|sale| sale.amount_is_told())
        .map(|sale| sale.amount);
    let most = paid.unwrap_or_else(|| alert.claim.most());
    if minor > most.minor && most.minor > 0 {
        let message = format!("Must not be more than the {most} that were paid.");
        return Err(Problem::field("refund_amount_in_cents", "MORE_THAN_PAID", message));
    }
    Ok(Some(Money::new(minor, most.currency)))
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

fn transaction_required(action: Action) -> Problem {
    let message = if action.refunds() {
        "No payment is known for this alert: name it, or set `refunded_externally` if the money \
         went back already."
    } else {
        "No payment is known for this alert: name it, or set `cancelled_externally` if its \
         subscription was ended already."
    };
    Problem::of_field(Code::TransactionRequired, "integration_transaction_id", message)
}

async fn read(api: &Api, id: &AlertId) -> Result<Alert, Problem> {
    api.store.alert(id).await?.ok_or_else(|| Problem::not_found("alert"))
}

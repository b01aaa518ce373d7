//! What a request for a refund takes, and the wait for what becomes of it.

use domain::account::enrolment::Fault;
use domain::account::person::Person;
use domain::basics::id::HandRefundId;
use domain::basics::money::Money;
use domain::refund::manual::{HandRefund, HandState, Wish};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;

use super::named::Payment;
use crate::http::body::{MOST_NOTE, length, refuse};
use crate::http::caller::Caller;
use crate::http::owner::owner;
use crate::http::state::Api;

/// The most characters of a reason.
const MOST_REASON: usize = 255;
/// How often the refund is looked at while an answer waits.
const LOOKS: Duration = Duration::from_millis(150);

/// A refund to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRefund)]
pub(crate) struct New {
    /// Whose payment it is, where several organisations might have one of this name.
    organisation_id: Option<String>,
    /// All that remains, where it is not given.
    amount_in_cents: Option<u64>,
    reason: Option<String>,
    note: Option<String>,
}

impl New {
    /// Refuses what no payment could take.
    pub fn refuse(&self) -> Result<(), Problem> {
        let zero = self.amount_in_cents == Some(0);
        let faults = [
            zero.then(|| Fault::new("amount_in_cents", "OUT_OF_RANGE", "Must be more than 0.")),
            self.reason.as_deref().and_then(|text| length("reason", text, MOST_REASON)),
            self.note.as_deref().and_then(|text| length("note", text, MOST_NOTE)),
        ];
        refuse(faults.into_iter().flatten().collect())
    }

    /// The organisation that it names.
    pub fn organisation(&self) -> Option<&str> {
        self.organisation_id.as_deref()
    }
}

/// The refund as it is kept. A request that names itself gives the same refund however often it is
/// sent.
pub(super) fn refund(
    caller: &Caller,
    payment: Payment,
    new: New,
    name: Option<&str>,
    now: Timestamp,
) -> Result<HandRefund, Problem> {
    let Payment { organisation, sale, is_held } = payment;
    if !is_held {
        return Err(no_processor(&sale.transaction_id));
    }
    let whole = sale.amount;
    if new.amount_in_cents.is_some_and(|minor| minor > whole.minor) {
        return Err(Problem::field(
            "amount_in_cents",
            "MORE_THAN_PAID",
            format!("Must not be more than the {whole} that were paid."),
        ));
    }
    let id = match name {
        Some(name) => HandRefundId::derived(&[&owner(&caller.0), sale.id.as_str(), name]),
        None => HandRefundId::from_seed(new_seed()?),
    };
    let amount = new.amount_in_cents.map(|minor| Money::new(minor, whole.currency));
    let wish = Wish {
        by: Person::Key(caller.0.id.clone()),
        at: now,
        amount,
        reason: new.reason,
        note: new.note,
    };
    Ok(HandRefund::asked(id, organisation, sale, wish))
}

/// A request that was cut off and came again is the one that is kept; another under its name is
/// refused.
pub(super) fn again(asked: &HandRefund, there: &HandRefund) -> Result<(), Problem> {
    if there.asks_same(asked) {
        return Ok(());
    }
    Err(Problem::new(
        Code::IdempotencyKeyReused,
        format!("`{}` was asked for under this `Idempotency-Key`.", there.id),
    ))
}

/// Waits until it is more than asked for, or the time is up.
pub(super) async fn wait(api: &Api, asked: HandRefund) -> Result<HandRefund, Problem> {
    let until = Instant::now() + api.waits;
    loop {
        let refund =
            api.store.hand_refund(&asked.id).await?.ok_or_else(|| Problem::not_found("refund"))?;
        if refund.state != HandState::Asked || Instant::now() + LOOKS > until {
            return Ok(refund);
        }
        sleep(LOOKS).await;
    }
}

fn no_processor(transaction: &str) -> Problem {
    let detail = format!(
        "No enabled integration holds `{transaction}` at a processor that can be called; give it \
         back there yourself."
    );
    Problem::new(Code::NoProcessor, detail)
}

//! What a person's action asks of the domain: the sale, the amount, and the word of the person
//! where no processor is at hand.

use domain::account::IntegrationKind;
use domain::account::person::Person;
use domain::alert::{Alert, Ask, Declaration, State};
use domain::basics::money::Money;
use domain::matching::setup::Setup;
use domain::matching::{BAR, Candidate};
use domain::rules::ruleset::Action;
use flows::problem::{Code, Problem};
use jiff::Timestamp;

use super::Patch;
use crate::alerts::named::named;
use crate::http::state::Api;

/// Why a refund is not told of yet.
const NOT_ACCEPTED: &str = "The network is told of a refund by your word only once it has \
    accepted this enrolment, which whoever operates the system confirms, or of a payment that \
    fits: at a connected processor, or in an order that you sent before the alert came.";

/// The order as the domain takes it: with its sale, its amount, and the word of a person where no
/// processor is at hand.
pub(super) async fn ask(
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
        return Err(not_accepted());
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

fn not_accepted() -> Problem {
    Problem::of_field(Code::EnrolmentNotAccepted, "refunded_externally", NOT_ACCEPTED)
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
pub(super) fn amount(
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

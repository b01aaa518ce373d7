//! The action request of a person, as the domain needs: the sale, the amount, and the person's
//! declaration if no processor can be called.

use domain::account::person::Requester;
use domain::alert::{ActionRequest, Alert, AlertState, Declaration};
use domain::basics::money::Money;
use domain::matching::setup::EnrolmentSetup;
use domain::matching::{BAR, MatchCandidate};
use domain::rules::ruleset::AlertAction;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;

use super::AlertActionPatch;
use crate::alerts::named::find_candidate;
use crate::http::state::ApiContext;

/// The reason that a declared refund is not yet reported to the network.
const NOT_ACCEPTED: &str = "The network is told of a refund by your word only once it has \
    accepted this enrolment, which whoever operates the system confirms, or of a payment that \
    fits: at a connected processor, or in an order that you sent before the alert came.";

/// Builds the action request: the sale, the amount, and the person's declaration if no processor
/// can be called.
pub(super) async fn build_action_request(
    api: &ApiContext,
    by: &Requester,
    alert: &Alert,
    patch: &AlertActionPatch,
    action: AlertAction,
    now: Timestamp,
) -> Result<ActionRequest, ProblemDetails> {
    let setup = api.store.read_setup(alert).await?;
    let setup = setup.ok_or_else(|| {
        ProblemDetails::new(Code::NotActionable, "The alert's enrolment is gone.")
    })?;
    let sale = find_named_candidate(api, &setup, alert, patch, now).await?.map(Box::new);
    let known = sale.as_deref().or_else(|| alert.sale());
    let declared = refund_declaration(by, patch, action, (alert, &setup), now)?;
    if declared.is_some() && !can_declare(api, alert, known, &setup).await? {
        return Err(not_accepted());
    }
    let cancelled = cancel_declaration(by, patch, action, &setup, now)?;
    let unmatched = known.is_none() && matches!(alert.state(), AlertState::ActionRequired { .. });
    let moves = (action.includes_refund() && declared.is_none())
        || (action == AlertAction::Cancel && cancelled.is_none());
    if moves && unmatched {
        return Err(transaction_required(action));
    }
    let (amount, nothing_went_back) =
        (refund_amount(patch, alert, known)?, patch.refunded_externally == Some(false));
    Ok(ActionRequest {
        sale,
        amount,
        declared,
        cancelled,
        nothing_went_back,
        ..ActionRequest::for_action(action, by.clone(), now)
    })
}

async fn find_named_candidate(
    api: &ApiContext,
    setup: &EnrolmentSetup,
    alert: &Alert,
    patch: &AlertActionPatch,
    now: Timestamp,
) -> Result<Option<MatchCandidate>, ProblemDetails> {
    match &patch.integration_transaction_id {
        Some(reference) => Ok(Some(find_candidate(api, setup, alert, reference, now).await?)),
        None => Ok(None),
    }
}

fn not_accepted() -> ProblemDetails {
    ProblemDetails::for_field(Code::EnrolmentNotAccepted, "refunded_externally", NOT_ACCEPTED)
}

/// Checks whether a declaration alone may be reported to the network. Requires an accepted
/// enrolment of the descriptor, or a matching payment. The payment must be at a connected
/// processor, or in an order received before the alert. An order written after the alert's details
/// are visible proves nothing.
async fn can_declare(
    api: &ApiContext,
    alert: &Alert,
    known: Option<&MatchCandidate>,
    setup: &EnrolmentSetup,
) -> Result<bool, ProblemDetails> {
    if setup.has_accepted_enrolment() || alert.is_refund_unconfirmed() {
        return Ok(true);
    }
    let Some(sale) = known.filter(|one| one.score >= BAR).map(|one| &one.sale) else {
        return Ok(false);
    };
    let source =
        sale.payment.as_ref().and_then(|payment| setup.find_integration(&payment.integration));
    if source.is_some_and(|source| source.kind.is_processor()) {
        return Ok(true);
    }
    let Some(order) = &sale.order else { return Ok(false) };
    Ok(api
        .store
        .read_order(order)
        .await?
        .is_some_and(|order| order.was_last_updated_before(alert.received_at)))
}

/// Returns the declaration of a refund. Without a callable processor a person's REFUND means "I
/// refunded". With a disabled processor, or a refund of ours that may have been made, an explicit
/// `refunded_externally` is required: the person may expect us to refund.
fn refund_declaration(
    by: &Requester,
    patch: &AlertActionPatch,
    action: AlertAction,
    (alert, setup): (&Alert, &EnrolmentSetup),
    now: Timestamp,
) -> Result<Option<Declaration>, ProblemDetails> {
    let word = patch.refund_declaration(by, now);
    if action.includes_refund() && word.is_none() && setup.has_refunds_switched_off() {
        let message = "The integration that refunds is DISABLED: enable it, or set this if the \
            money went back already.";
        return Err(ProblemDetails::for_field(Code::NoProcessor, "refunded_externally", message));
    }
    let nobody = !setup.can_refund() && !alert.is_refund_unconfirmed();
    if action.includes_refund() && nobody && patch.refunded_externally == Some(false) {
        let message =
            "No processor can be called for this alert: give the money back there, then set this.";
        return Err(ProblemDetails::for_field(Code::NoProcessor, "refunded_externally", message));
    }
    Ok(word
        .or_else(|| nobody.then(|| patch.build_declaration(by, now)))
        .filter(|_| action.includes_refund()))
}

/// Returns the declaration of a cancellation. Without a callable processor a person's CANCEL means
/// "I cancelled".
fn cancel_declaration(
    by: &Requester,
    patch: &AlertActionPatch,
    action: AlertAction,
    setup: &EnrolmentSetup,
    now: Timestamp,
) -> Result<Option<Declaration>, ProblemDetails> {
    let word = patch.cancel_declaration(by, now);
    if action == AlertAction::Cancel && word.is_none() && setup.has_refunds_switched_off() {
        let message = "The integration that cancels is DISABLED: enable it, or set this if the \
            subscription was ended already.";
        return Err(ProblemDetails::for_field(Code::NoProcessor, "cancelled_externally", message));
    }
    let nobody = !setup.can_refund();
    if action.includes_cancellation() && nobody && patch.cancelled_externally == Some(false) {
        let message =
            "No processor can be called for this alert: end the subscription there, then set this.";
        return Err(ProblemDetails::for_field(Code::NoProcessor, "cancelled_externally", message));
    }
    let implied = || nobody.then(|| Declaration { by: by.clone(), at: now, reference: None });
    Ok(word.or_else(implied).filter(|_| action.includes_cancellation()))
}

/// Checks the refund amount against the payment's amount, or against the bank's claim if no payment
/// is linked.
pub(super) fn refund_amount(
    patch: &AlertActionPatch,
    alert: &Alert,
    known: Option<&MatchCandidate>,
) -> Result<Option<Money>, ProblemDetails> {
    let Some(minor) = patch.refund_amount_in_cents else { return Ok(None) };
    let paid = known
        .map(|candidate| &candidate.sale)
        .filter(|sale| sale.has_amount())
        .map(|sale| sale.amount);
    let most = paid.unwrap_or_else(|| alert.claim.highest_amount());
    if minor > most.minor && most.minor > 0 {
        let message = format!("Must not be more than the {most} that were paid.");
        return Err(ProblemDetails::invalid_field(
            "refund_amount_in_cents",
            "MORE_THAN_PAID",
            message,
        ));
    }
    Ok(Some(Money::new(minor, most.currency)))
}

fn transaction_required(action: AlertAction) -> ProblemDetails {
    let message = if action.includes_refund() {
        "No payment is known for this alert: name it, or set `refunded_externally` if the money \
         went back already."
    } else {
        "No payment is known for this alert: name it, or set `cancelled_externally` if its \
         subscription was ended already."
    };
    ProblemDetails::for_field(Code::TransactionRequired, "integration_transaction_id", message)
}

//! An alert as it is shown.

use domain::alert::{Alert, NotificationWarning};
use domain::basics::id::{AlertId, EnrolmentId, IntegrationId, MerchantId, OrganisationId};
use domain::network::claim::{AlertKind, Claim, UnusedField, UnusedFieldReason};
use domain::rules::ruleset::AlertAction;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::alert_parts::{
    ActorView, AlertStepView, CancellationView, CardView, DecisionView, MatchView,
    NetworkOutcomeView, chosen_action, open_need_parts,
};
use super::refund::RefundView;
use super::{ResourceResponse, format_moment};

/// The fields of an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertFields {
    id: AlertId,
    /// `ACTION_REQUIRED` until it is over, even while nothing is needed of a person; then
    /// `RESOLVED` or `INVALID`.
    status: &'static str,
    /// Whether it waits for a person: a PATCH with an `action`.
    is_actionable: bool,
    organisation_id: OrganisationId,
    enrolment_id: EnrolmentId,
    merchant_id: Option<MerchantId>,
    /// Where the sale that it is about comes from.
    integration_id: Option<IntegrationId>,
    /// The payment that it is about, by its processor's or its order's name; null while none is
    /// known.
    integration_transaction_id: Option<String>,
    #[serde(flatten)]
    claim: BankClaimView,
    /// When it came to us.
    alert_received_at: Timestamp,
    /// Until when an answer is expected; `alert.expiring` is sent then.
    answer_target_at: Timestamp,
    /// Until when anything can be done; after it the network is told what was done.
    action_required_deadline: Timestamp,
    /// `REFUNDED` once a processor confirmed the money for this alert, or somebody declared it;
    /// else `NOT_REFUNDED`, also where that refund failed later.
    transaction_refund_outcome: &'static str,
    /// How a `RESOLVED` one ended: `REFUNDED`, `PARTIALLY_REFUNDED`, `VOIDED`, `CANCELLED`,
    /// `DISPUTE_ACCEPTED`, `NOT_FOUND`, `REFUND_FAILED`, `ALREADY_REFUNDED`,
    /// `ALREADY_CHARGED_BACK`, `EXPIRED`; `UNANSWERED` or `ANSWER_REFUSED` where the network did
    /// not take the answer.
    resolution_reason: Option<&'static str>,
    /// Why an `INVALID` one needed nothing: `ALREADY_REFUNDED`, `ALREADY_CHARGED_BACK`,
    /// `FAILED_SALE`, `DUPLICATE` or `RETRACTED`.
    invalid_reason: Option<&'static str>,
    /// What was decided, by a rule or a person.
    action: Option<AlertAction>,
    actioned_at: Option<Timestamp>,
    actioned_by: Option<ActorView>,
    note: Option<String>,
    /// The sale that it is about, and what speaks for it.
    #[serde(rename = "match")]
    matched: Option<MatchView>,
    /// Sales that it may be about, the likeliest first.
    candidates: Vec<MatchView>,
    /// Why a person is needed: `NOT_FOUND`, `UNSURE`, `NO_RULE_MET`, `RULE_UNSURE`,
    /// `NOT_AUTOMATIC`, `UNENROLLED`, `INTEGRATION_DISABLED`, `OVER_CAP`, `NO_PROCESSOR`,
    /// `REFUND_FAILED`, `AMOUNT_UNCLEAR`, `DISPUTE_OPEN`, `RIVAL`, `NO_SOURCE` (nothing could be
    /// searched), `PROCESSOR_UNAVAILABLE` (nor could a processor), `CREDENTIALS_REFUSED` (the
    /// processor does not accept the key for the refund), `REFUND_UNCONFIRMED`, `PART_REFUNDED` or
    /// `RATE_UNKNOWN`.
    action_required_reason: Option<String>,
    /// What the reason is about: the doubt, what the processor said, the other alert.
    action_required_details: Option<Value>,
    /// Why no member was written to though it waits for a person: `NO_CONFIRMED_MEMBER`,
    /// `DAILY_MAILS_SPENT` (told on the next day) or `MAIL_REFUSED`. Null where somebody was,
    /// or where no member has that e-mail switched on.
    notification_warning: Option<NotificationWarning>,
    decision: Option<DecisionView>,
    refund: Option<RefundView>,
    cancellation: Option<CancellationView>,
    /// What the network was told, and whether it took it.
    outcome: Option<NetworkOutcomeView>,
    history: Vec<AlertStepView>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What the bank says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claimed)]
struct BankClaimView {
    network: &'static str,
    #[serde(rename = "type")]
    kind: AlertKind,
    /// The network's own id of the alert.
    vendor_alert_id: String,
    /// When the network raised it.
    alerted_at: Timestamp,
    /// What was paid, in the currency's minor unit.
    transaction_amount_in_cents: u64,
    transaction_currency_code: &'static str,
    /// What is disputed, where that is another amount.
    chargeback_amount_in_cents: Option<u64>,
    chargeback_currency_code: Option<&'static str>,
    /// When it was paid, as exactly as the bank tells: a day, or a time.
    transaction_at: Option<String>,
    /// What stood on the cardholder's statement.
    descriptor: String,
    card: CardView,
    /// The acquirer's reference number, of 23 digits.
    arn: Option<String>,
    auth_code: Option<String>,
    /// The network's reason code, such as `10.4`.
    reason_code: Option<String>,
    /// The cardholder's bank.
    issuer: Option<String>,
    /// What else the alert tells and could not be used: times that cannot be meant, placeholders,
    /// fields without their form.
    left_out: Vec<UnusedFieldView>,
}

/// A field of the network's alert that is not used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeftOutField)]
struct UnusedFieldView {
    /// The field, as the network names it.
    field: String,
    /// The first characters of what stood there; null for a card's own fields.
    value: Option<String>,
    reason: UnusedFieldReason,
}

/// An alert as it is shown.
#[must_use]
pub fn to_alert_response(alert: &Alert) -> ResourceResponse<AlertFields> {
    let (view, sale) = (alert.status_view(), alert.sale().map(|candidate| &candidate.sale));
    let (action, actioned_at, actioned_by) = chosen_action(alert);
    let (action_required_reason, action_required_details) = open_need_parts(alert);
    let fields = AlertFields {
        id: alert.id.clone(),
        status: view.status,
        is_actionable: view.is_actionable,
        organisation_id: alert.organisation.clone(),
        enrolment_id: alert.enrolment.clone(),
        merchant_id: alert.merchant_id().cloned(),
        integration_id: sale.map(|sale| sale.integration.clone()),
        integration_transaction_id: sale.map(|sale| sale.transaction_id.clone()),
        claim: BankClaimView::from_claim(&alert.claim),
        alert_received_at: alert.received_at,
        answer_target_at: alert.deadlines.target,
        action_required_deadline: alert.deadlines.action,
        transaction_refund_outcome: view.refund_outcome,
        resolution_reason: view.resolution_reason,
        invalid_reason: view.invalid_reason,
        action,
        actioned_at,
        actioned_by,
        note: alert.note.clone(),
        matched: alert.sale().map(MatchView::from_candidate),
        candidates: alert.candidates().iter().map(MatchView::from_candidate).collect(),
        action_required_reason,
        action_required_details,
        notification_warning: alert.unnotified,
        decision: alert.decision().map(DecisionView::from_decision),
        refund: RefundView::for_alert(alert),
        cancellation: CancellationView::for_alert(alert),
        outcome: NetworkOutcomeView::for_alert(alert),
        history: alert.history.iter().map(AlertStepView::from_step).collect(),
        created_at: alert.received_at,
        updated_at: alert.updated_at,
    };
    ResourceResponse::at_path("/v1/alerts", alert.id.as_str(), alert.version, fields)
}

impl BankClaimView {
    fn from_claim(claim: &Claim) -> Self {
        Self {
            network: claim.network.as_str(),
            kind: claim.kind,
            vendor_alert_id: claim.vendor_alert_id.clone(),
            alerted_at: claim.alerted_at,
            transaction_amount_in_cents: claim.amount.minor,
            transaction_currency_code: claim.amount.currency.code(),
            chargeback_amount_in_cents: claim.chargeback_amount.map(|amount| amount.minor),
            chargeback_currency_code: claim.chargeback_amount.map(|amount| amount.currency.code()),
            transaction_at: claim.transacted.map(format_moment),
            descriptor: claim.descriptor.clone(),
            card: CardView::from_card(&claim.card),
            arn: claim.arn.clone(),
            auth_code: claim.auth_code.clone(),
            reason_code: claim.reason_code.clone(),
            issuer: claim.issuer.clone(),
            left_out: claim.left_out.iter().map(UnusedFieldView::from_left_out).collect(),
        }
    }
}

impl UnusedFieldView {
    fn from_left_out(left_out: &UnusedField) -> Self {
        Self {
            field: left_out.field.clone(),
            value: left_out.value.clone(),
            reason: left_out.reason,
        }
    }
}

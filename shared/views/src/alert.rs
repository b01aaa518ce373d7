//! The view of an alert.

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
    /// `ACTION_REQUIRED` while the alert is open, even if no person is needed; then `RESOLVED` or
    /// `INVALID`.
    status: &'static str,
    /// Whether the alert waits for a person: a PATCH with an `action`.
    is_actionable: bool,
    organisation_id: OrganisationId,
    enrolment_id: EnrolmentId,
    merchant_id: Option<MerchantId>,
    /// The integration of the sale that the alert is about.
    integration_id: Option<IntegrationId>,
    /// The payment that the alert is about, by the id of the processor or of the order; null while
    /// unknown.
    integration_transaction_id: Option<String>,
    #[serde(flatten)]
    claim: BankClaimView,
    /// The time at which we received the alert.
    alert_received_at: Timestamp,
    /// The time by which an answer is expected. The event `alert.expiring` is sent at this time.
    answer_target_at: Timestamp,
    /// The time until which an action is possible. Afterwards the network receives the outcome.
    action_required_deadline: Timestamp,
    /// `REFUNDED` once a processor confirmed the refund for this alert, or a user declared the
    /// refund; otherwise `NOT_REFUNDED`, also if that refund failed later.
    transaction_refund_outcome: &'static str,
    /// The outcome of a `RESOLVED` alert: `REFUNDED`, `PARTIALLY_REFUNDED`, `VOIDED`, `CANCELLED`,
    /// `DISPUTE_ACCEPTED`, `NOT_FOUND`, `REFUND_FAILED`, `ALREADY_REFUNDED`,
    /// `ALREADY_CHARGED_BACK`, `EXPIRED`; `UNANSWERED` or `ANSWER_REFUSED` if the network did not
    /// accept the answer.
    resolution_reason: Option<&'static str>,
    /// The reason that an `INVALID` alert needed no action: `ALREADY_REFUNDED`,
    /// `ALREADY_CHARGED_BACK`, `FAILED_SALE`, `DUPLICATE` or `RETRACTED`.
    invalid_reason: Option<&'static str>,
    /// The action that a rule or a person decided on.
    action: Option<AlertAction>,
    actioned_at: Option<Timestamp>,
    actioned_by: Option<ActorView>,
    note: Option<String>,
    /// The sale that the alert is about, with the evidence.
    #[serde(rename = "match")]
    matched: Option<MatchView>,
    /// Sales that the alert may be about, the likeliest first.
    candidates: Vec<MatchView>,
    /// The reason that a person is needed: `NOT_FOUND`, `UNSURE`, `NO_RULE_MET`, `RULE_UNSURE`,
    /// `NOT_AUTOMATIC`, `UNENROLLED`, `INTEGRATION_DISABLED`, `OVER_CAP`, `NO_PROCESSOR`,
    /// `REFUND_FAILED`, `AMOUNT_UNCLEAR`, `DISPUTE_OPEN`, `RIVAL`, `NO_SOURCE` (no source could be
    /// searched), `PROCESSOR_UNAVAILABLE` (a processor could not be searched),
    /// `CREDENTIALS_REFUSED` (the processor does not accept the key for the refund),
    /// `REFUND_UNCONFIRMED`, `PART_REFUNDED` or `RATE_UNKNOWN`.
    action_required_reason: Option<String>,
    /// The details of the reason: the doubt, the processor's message, the other alert.
    action_required_details: Option<Value>,
    /// The reason that no member was mailed although the alert waits for a person:
    /// `NO_CONFIRMED_MEMBER`, `DAILY_MAILS_SPENT` (mailed on the next day) or `MAIL_REFUSED`. Null
    /// if a member was mailed, or if no member has that e-mail enabled.
    notification_warning: Option<NotificationWarning>,
    decision: Option<DecisionView>,
    refund: Option<RefundView>,
    cancellation: Option<CancellationView>,
    /// The outcome reported to the network, and whether the network accepted the answer.
    outcome: Option<NetworkOutcomeView>,
    history: Vec<AlertStepView>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The claim of the bank.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claimed)]
struct BankClaimView {
    network: &'static str,
    #[serde(rename = "type")]
    kind: AlertKind,
    /// The network's own id of the alert.
    vendor_alert_id: String,
    /// The time at which the network raised the alert.
    alerted_at: Timestamp,
    /// The amount paid, in the currency's minor unit.
    transaction_amount_in_cents: u64,
    transaction_currency_code: &'static str,
    /// The disputed amount, if different.
    chargeback_amount_in_cents: Option<u64>,
    chargeback_currency_code: Option<&'static str>,
    /// The time of the payment, as precise as the bank states: a day, or a time.
    transaction_at: Option<String>,
    /// The text on the cardholder's statement.
    descriptor: String,
    card: CardView,
    /// The acquirer's reference number, of 23 digits.
    arn: Option<String>,
    auth_code: Option<String>,
    /// The network's reason code, such as `10.4`.
    reason_code: Option<String>,
    /// The cardholder's bank.
    issuer: Option<String>,
    /// The fields of the alert that could not be used: impossible times, placeholders, malformed
    /// values.
    left_out: Vec<UnusedFieldView>,
}

/// A field of the network's alert that is not used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeftOutField)]
struct UnusedFieldView {
    /// The name of the field in the network's alert.
    field: String,
    /// The first characters of the value; null for a card's own fields.
    value: Option<String>,
    reason: UnusedFieldReason,
}

/// Builds the view of an alert.
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

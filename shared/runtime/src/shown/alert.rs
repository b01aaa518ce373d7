//! An alert as it is shown.

use domain::alert::Alert;
use domain::claim::{Claim, Kind};
use domain::id::{AlertId, EnrolmentId, IntegrationId, MerchantId, OrganisationId};
use domain::ruleset::Action;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::parts::{By, Cancelled, Card, Decided, GivenBack, Match, Step, Told, action_of, need};
use super::{Shown, written};

/// The fields of an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct Fields {
    id: AlertId,
    status: &'static str,
    is_actionable: bool,
    organisation_id: OrganisationId,
    enrolment_id: EnrolmentId,
    merchant_id: Option<MerchantId>,
    integration_id: Option<IntegrationId>,
    integration_transaction_id: Option<String>,
    #[serde(flatten)]
    claim: Claimed,
    alert_received_at: Timestamp,
    answer_target_at: Timestamp,
    action_required_deadline: Timestamp,
    transaction_refund_outcome: &'static str,
    resolution_reason: Option<&'static str>,
    invalid_reason: Option<&'static str>,
    action: Option<Action>,
    actioned_at: Option<Timestamp>,
    actioned_by: Option<By>,
    note: Option<String>,
    #[serde(rename = "match")]
    matched: Option<Match>,
    candidates: Vec<Match>,
    action_required_reason: Option<String>,
    action_required_details: Option<Value>,
    decision: Option<Decided>,
    refund: Option<GivenBack>,
    cancellation: Option<Cancelled>,
    outcome: Option<Told>,
    history: Vec<Step>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What the bank says.
#[derive(Debug, Serialize, ToSchema)]
struct Claimed {
    network: &'static str,
    #[serde(rename = "type")]
    kind: Kind,
    vendor_alert_id: String,
    alerted_at: Timestamp,
    transaction_amount_in_cents: u64,
    transaction_currency_code: &'static str,
    chargeback_amount_in_cents: Option<u64>,
    chargeback_currency_code: Option<&'static str>,
    transaction_at: Option<String>,
    descriptor: String,
    card: Card,
    arn: Option<String>,
    auth_code: Option<String>,
    reason_code: Option<String>,
    issuer: Option<String>,
}

/// An alert as it is shown.
#[must_use]
pub fn shown(alert: &Alert) -> Shown<Fields> {
    let (view, sale) = (alert.view(), alert.sale().map(|candidate| &candidate.sale));
    let (action, actioned_at, actioned_by) = action_of(alert);
    let (action_required_reason, action_required_details) = need(alert);
    let fields = Fields {
        id: alert.id.clone(),
        status: view.status,
        is_actionable: view.is_actionable,
        organisation_id: alert.organisation.clone(),
        enrolment_id: alert.enrolment.clone(),
        merchant_id: alert.merchant().cloned(),
        integration_id: sale.map(|sale| sale.integration.clone()),
        integration_transaction_id: sale.map(|sale| sale.transaction_id.clone()),
        claim: Claimed::of(&alert.claim),
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
        matched: alert.sale().map(Match::of),
        candidates: alert.candidates().iter().map(Match::of).collect(),
        action_required_reason,
        action_required_details,
        decision: alert.decision().map(Decided::of),
        refund: GivenBack::of(alert),
        cancellation: Cancelled::of(alert),
        outcome: Told::of(alert),
        history: alert.history.iter().map(Step::of).collect(),
        created_at: alert.received_at,
        updated_at: alert.updated_at,
    };
    Shown::at("/v1/alerts", alert.id.as_str(), alert.version, fields)
}

impl Claimed {
    fn of(claim: &Claim) -> Self {
        Self {
            network: claim.network.as_str(),
            kind: claim.kind,
            vendor_alert_id: claim.vendor_alert_id.clone(),
            alerted_at: claim.alerted_at,
            transaction_amount_in_cents: claim.amount.minor,
            transaction_currency_code: claim.amount.currency.code(),
            chargeback_amount_in_cents: claim.chargeback_amount.map(|amount| amount.minor),
            chargeback_currency_code: claim.chargeback_amount.map(|amount| amount.currency.code()),
            transaction_at: claim.transacted.map(written),
            descriptor: claim.descriptor.clone(),
            card: Card::of(&claim.card),
            arn: claim.arn.clone(),
            auth_code: claim.auth_code.clone(),
            reason_code: claim.reason_code.clone(),
            issuer: claim.issuer.clone(),
        }
    }
}

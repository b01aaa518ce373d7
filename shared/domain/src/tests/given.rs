//! What the tests are given: a connection, a claim, a sale, an alert in each state.

use jiff::Timestamp;

use crate::account::{SealedSecret, VendorConnection};
use crate::alert::transition::{EvaluationResult, IncomingAlert};
use crate::alert::{ActionRequest, Alert, AlertDeadlines, CourseOfAction, Decision, DecisionMaker};
use crate::basics::card::TruncatedCard;
use crate::basics::id::{
    ConnectionId, EnrolmentId, IntegrationId, KeyId, OrganisationId, RulesetId,
};
use crate::basics::money::{Currency, Money};
use crate::basics::time::{ReportedTime, add_seconds};
use crate::matching::{MatchCandidate, MatchEvidence, MatchResult};
use crate::network::claim::{AlertKind, AlertNetwork, Claim};
use crate::rules::ruleset::{AlertAction, RulesetExplanation, TruthValue};
use crate::sale::{PaymentStanding, ProcessorPayment, ProcessorRefund, RefundState, Sale, SaleId};

/// An hour after the alert was raised.
pub fn now() -> Timestamp {
    at("2026-02-17T11:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub fn hours(count: i64) -> Timestamp {
    add_seconds(at("2026-02-17T10:00:00Z"), count * 3600)
}

pub fn usd(minor: u64) -> Money {
    Money::new(minor, Currency::USD)
}

pub fn connection() -> VendorConnection {
    VendorConnection {
        id: ConnectionId::from_seed(1),
        network: AlertNetwork::Ethoca,
        name: "Ethoca".into(),
        api_url: "https://example.com".into(),
        push_username: "ethoca".into(),
        push_password_hash: String::new(),
        client_subject: None,
        credentials: SealedSecret(String::new()),
        time_zone: "UTC".into(),
        target_hours: 24,
        limit_hours: 48,
        is_sandbox: false,
    }
}

pub fn claim() -> Claim {
    Claim {
        network: AlertNetwork::Ethoca,
        vendor_alert_id: "A4IM9K2MIYL9F2BPF9TWUIXTU".into(),
        kind: AlertKind::Dispute,
        alerted_at: hours(0),
        amount: usd(4900),
        chargeback_amount: None,
        descriptor: "ACMEFIT*PLAN".into(),
        transacted: Some(ReportedTime::from_instant(hours(-24))),
        card: TruncatedCard { last4: Some("4242".into()), ..TruncatedCard::default() },
        arn: None,
        auth_code: None,
        transaction_id: None,
        issuer: None,
        reason_code: None,
        mcc: None,
        is_3ds: None,
        initiated_by: None,
        transaction_type: None,
        source: None,
        left_out: Vec::new(),
    }
}

pub fn sale() -> Sale {
    let organisation = OrganisationId::from_seed(2);
    let integration = IntegrationId::from_seed(3);
    Sale {
        id: SaleId::at_processor(&organisation, integration.as_str(), "pi_1"),
        transaction_id: "pi_1".into(),
        payment: Some(ProcessorPayment::new_minimal(
            integration.clone(),
            None,
            "pi_1".into(),
            None,
        )),
        order: None,
        order_reference: None,
        integration,
        merchant: None,
        amount: usd(4900),
        authorised_amount: None,
        authorised: ReportedTime::from_instant(hours(-24)),
        settled: None,
        card: TruncatedCard::default(),
        arn: None,
        auth_code: None,
        network_transaction_id: None,
        descriptor: None,
        standing: PaymentStanding::default(),
        wallet: None,
        presented: None,
    }
}

pub fn candidate() -> MatchCandidate {
    MatchCandidate {
        sale: sale(),
        score: 200,
        evidence: vec![MatchEvidence::CardLast4, MatchEvidence::AmountExact],
    }
}

pub fn refund_seen(
    minor: u64,
    state: RefundState,
    for_alert: Option<&Alert>,
    made: Timestamp,
) -> ProcessorRefund {
    ProcessorRefund {
        id: "re_1".into(),
        amount: usd(minor),
        state,
        at: made,
        alert: for_alert.map(|alert| alert.id.to_string()),
        arn: None,
    }
}

pub fn received() -> Alert {
    received_of(claim())
}

pub fn received_of(claim: Claim) -> Alert {
    let deadlines = AlertDeadlines::from_alert_time(claim.alerted_at, &connection(), None);
    let (organisation, enrolment) = (OrganisationId::from_seed(2), EnrolmentId::from_seed(4));
    Alert::from_incoming(
        IncomingAlert { organisation, enrolment, connection: connection().id, claim, deadlines },
        hours(0),
    )
}

pub fn matched(alert: Alert) -> Alert {
    alert
        .apply_match(MatchResult::One(Box::new(candidate())), None, hours(0))
        .expect("it was received")
}

pub fn by_rule(action: AlertAction) -> Decision {
    let explanation = RulesetExplanation {
        ruleset: RulesetId::from_seed(5),
        ruleset_version: 1,
        result: TruthValue::Met,
        rules: Vec::new(),
    };
    let course = CourseOfAction::Act { action, amount: None, declared: None, cancelled: None };
    Decision {
        by: DecisionMaker::Rule(explanation),
        course,
        at: hours(0),
        need: None,
        rests_on: None,
    }
}

pub fn decided(action: AlertAction) -> Alert {
    decided_of(received(), by_rule(action))
}

pub fn decided_of(alert: Alert, decision: Decision) -> Alert {
    matched(alert)
        .apply_evaluation(EvaluationResult::Act(decision), hours(0))
        .expect("it was matched")
}

pub fn waiting() -> Alert {
    received().apply_match(MatchResult::Nothing, None, hours(0)).expect("it was received")
}

pub fn ask(action: AlertAction) -> ActionRequest {
    ActionRequest::for_action(action, KeyId::from_seed(6).into(), now())
}

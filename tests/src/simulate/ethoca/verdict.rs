//! Whether one outcome is as the published specification wants it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::alert::Kind;
use super::refusal::ErrorItem;
use super::wire;

/// Largest `amountStopped` of the specification.
const AMOUNT_STOPPED_LIMIT: u64 = 999_999;
const COMMENT_LIMIT: usize = 1024;

/// Says whether a well-formed outcome is final.
pub(super) fn judge(item: &RawValue, alert: &RawValue) -> Result<bool, ErrorItem> {
    let report: Report =
        serde_json::from_str(item.get()).map_err(|error| ErrorItem::invalid(error.to_string()))?;
    let code = Code::read(&report.outcome).ok_or("outcome is not one of the outcome codes");
    let code = code.map_err(ErrorItem::invalid)?;
    if Kind::of(alert).is_some_and(|kind| !code.fits(kind)) {
        return Err(ErrorItem::invalid(format!(
            "outcome {} is not allowed for this alert's type",
            code.name
        )));
    }
    report.check(code.name).map_err(ErrorItem::invalid)?;
    Ok(code.is_final)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    outcome: String,
    refund_status: String,
    refund: Option<Refund>,
    amount_stopped: Option<wire::Amount>,
    comments: Option<String>,
    action_timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refund {
    amount: wire::Amount,
    #[serde(rename = "type")]
    kind: Option<String>,
    timestamp: String,
    transaction_id: Option<String>,
    acquirer_reference_number: Option<String>,
}

struct Code {
    name: &'static str,
    fraud: bool,
    dispute: bool,
    is_final: bool,
}

impl Report {
    fn check(&self, code: &str) -> Result<(), String> {
        require(
            ["REFUNDED", "NOT_REFUNDED", "NOT_SETTLED"].contains(&self.refund_status.as_str()),
            "refundStatus is unknown",
        )?;
        require(
            self.refund.is_some() || self.refund_status != "REFUNDED",
            "refund is required where refundStatus is REFUNDED",
        )?;
        self.refund.as_ref().map_or(Ok(()), Refund::check)?;
        require(
            self.amount_stopped.is_some() || code != "PARTIALLY_STOPPED",
            "amountStopped is required for PARTIALLY_STOPPED",
        )?;
        self.amount_stopped
            .as_ref()
            .map_or(Ok(()), |amount| amount.check("amountStopped", AMOUNT_STOPPED_LIMIT))?;
        require(self.comments.is_some() || code != "OTHER", "comments are required for OTHER")?;
        let comment = self
            .comments
            .as_ref()
            .is_none_or(|text| (1..=COMMENT_LIMIT).contains(&text.chars().count()));
        require(comment, "comments must have 1 to 1024 characters")?;
        require(
            self.action_timestamp.as_deref().is_none_or(wire::is_timestamp),
            "actionTimestamp is not ISO 8601 in 10 to 25 characters",
        )
    }
}

impl Refund {
    fn check(&self) -> Result<(), String> {
        let kinds = ["REFUND", "VOUCHER", "POINTS", "GIFT_CARD"];
        let fits = |text: &Option<String>, limit| {
            text.as_ref().is_none_or(|text| (1..=limit).contains(&text.chars().count()))
        };
        self.amount.check("refund.amount", u64::MAX)?;
        require(
            self.kind.as_deref().is_none_or(|kind| kinds.contains(&kind)),
            "refund.type is unknown",
        )?;
        require(
            wire::is_timestamp(&self.timestamp),
            "refund.timestamp is not ISO 8601 in 10 to 25 characters",
        )?;
        require(
            fits(&self.transaction_id, 64),
            "refund.transactionId must have 1 to 64 characters",
        )?;
        require(
            fits(&self.acquirer_reference_number, 24),
            "refund.acquirerReferenceNumber must have 1 to 24 characters",
        )
    }
}

impl Code {
    fn read(name: &str) -> Option<&'static Self> {
        CODES.iter().find(|code| code.name == name)
    }

    fn fits(&self, kind: Kind) -> bool {
        match kind {
            Kind::Fraud => self.fraud,
            Kind::Dispute => self.dispute,
        }
    }

    const fn fraud(name: &'static str) -> Self {
        Self { name, fraud: true, dispute: false, is_final: true }
    }

    const fn dispute(name: &'static str) -> Self {
        Self { name, fraud: false, dispute: true, is_final: true }
    }

    const fn either(name: &'static str) -> Self {
        Self { name, fraud: true, dispute: true, is_final: true }
    }

    const fn transit(name: &'static str) -> Self {
        Self { name, fraud: true, dispute: false, is_final: false }
    }
}

const CODES: [Code; 13] = [
    Code::fraud("STOPPED"),
    Code::fraud("PARTIALLY_STOPPED"),
    Code::fraud("PREVIOUSLY_CANCELLED"),
    Code::fraud("MISSED"),
    Code::fraud("TOO_LATE"),
    Code::fraud("ACCOUNT_SUSPENDED"),
    Code::either("NOT_FOUND"),
    Code::either("OTHER"),
    Code::dispute("RESOLVED"),
    Code::dispute("RESOLVED_PREVIOUSLY_REFUNDED"),
    Code::dispute("UNRESOLVED_DISPUTE"),
    Code::transit("IN_PROGRESS"),
    Code::transit("SHIPPER_CONTACTED"),
];

fn require(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

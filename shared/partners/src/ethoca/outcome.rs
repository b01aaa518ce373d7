//! `POST /outcomes`: the outcomes that we report to Ethoca, and Ethoca's answer.

use domain::alert::RefundRecord;
use domain::basics::card::truncate_card_numbers;
use domain::basics::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{NetworkAnswerResult, OutgoingAnswer, PartnerError};

/// Ethoca's limit of a comment, in characters.
const COMMENT: usize = 1024;

/// Ethoca's limit of a refund's id, in characters.
const REFUND_ID: usize = 64;

/// Ethoca's limit of an acquirer's reference, in characters.
const REFERENCE: usize = 24;

/// The digits before the point of the largest `amountStopped`, 999999.
const STOPPED_DIGITS: usize = 6;

/// Converts the answers to the body of a call.
pub(super) fn to_outcome_batch(
    answers: &[OutgoingAnswer],
) -> Result<EthocaOutcomeBatch<'_>, PartnerError> {
    let outcomes: Result<_, serde_json::Error> = answers.iter().map(to_ethoca_outcome).collect();
    outcomes
        .map(|outcomes| EthocaOutcomeBatch { outcomes })
        .map_err(|error| PartnerError::refused("not_written", &error.to_string()))
}

#[derive(Serialize)]
pub(super) struct EthocaOutcomeBatch<'a> {
    outcomes: Vec<EthocaOutcome<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EthocaOutcome<'a> {
    alert_id: &'a str,
    outcome: &'static str,
    refund_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<EthocaRefund<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_stopped: Option<EthocaAmount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<String>,
    action_timestamp: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EthocaRefund<'a> {
    amount: EthocaAmount,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acquirer_reference_number: Option<&'a str>,
}

/// An amount whose decimal number stays text: no float is involved.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EthocaAmount {
    value: Box<RawValue>,
    currency_code: &'static str,
}

fn to_ethoca_outcome(answer: &OutgoingAnswer) -> Result<EthocaOutcome<'_>, serde_json::Error> {
    let words = answer.outcome.to_ethoca_codes(answer.kind);
    let refund = answer.refund.as_ref().filter(|_| words.refund_status == "REFUNDED");
    let given_back = refund.map(|refund| refund.amount);
    let needed = words.needs_amount_stopped();
    let stopped = answer
        .stopped
        .or(given_back.filter(|_| needed))
        .filter(|stopped| needed || is_valid_stopped_amount(*stopped));
    Ok(EthocaOutcome {
        alert_id: &answer.vendor_alert_id,
        outcome: words.outcome,
        refund_status: words.refund_status,
        refund: refund.map(to_ethoca_refund).transpose()?,
        amount_stopped: stopped.map(to_ethoca_amount).transpose()?,
        comments: words
            .comment
            .map(|text| truncate_card_numbers(&text).chars().take(COMMENT).collect()),
        action_timestamp: to_ethoca_time(answer.at),
    })
}

/// Checks whether the amount is within the specification's range; otherwise the outcome omits the
/// amount.
fn is_valid_stopped_amount(money: Money) -> bool {
    money.minor > 0
        && money.to_decimal().split('.').next().is_some_and(|whole| whole.len() <= STOPPED_DIGITS)
}

fn to_ethoca_refund(refund: &RefundRecord) -> Result<EthocaRefund<'_>, serde_json::Error> {
    let transaction_id =
        Some(refund.id.as_str()).filter(|id| (1..=REFUND_ID).contains(&id.chars().count()));
    let acquirer_reference_number =
        refund.arn.as_deref().filter(|arn| (1..=REFERENCE).contains(&arn.chars().count()));
    let (amount, timestamp) = (to_ethoca_amount(refund.amount)?, to_ethoca_time(refund.at));
    Ok(EthocaRefund {
        amount,
        kind: "REFUND",
        timestamp,
        transaction_id,
        acquirer_reference_number,
    })
}

fn to_ethoca_amount(money: Money) -> Result<EthocaAmount, serde_json::Error> {
    Ok(EthocaAmount {
        value: RawValue::from_string(money.to_decimal())?,
        currency_code: money.currency.code(),
    })
}

/// Formats a time in whole seconds: Ethoca accepts 10 to 25 characters.
fn to_ethoca_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EthocaOutcomeResponse {
    #[serde(default)]
    outcome_responses: Vec<EthocaItemResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EthocaItemResponse {
    #[serde(default)]
    alert_id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, alias = "Errors")]
    errors: Option<EthocaErrors>,
}

impl EthocaOutcomeResponse {
    /// Returns the result of each answer. An answer that the response omits was not accepted, and
    /// may be sent again.
    pub fn results_of_each(
        &self,
        answers: &[OutgoingAnswer],
    ) -> Vec<(String, NetworkAnswerResult)> {
        let silent = || NetworkAnswerResult::Refused {
            reason: "Ethoca's answer does not name it".to_owned(),
            recoverable: true,
        };
        let of = |answer: &OutgoingAnswer| {
            let id = answer.vendor_alert_id.as_str();
            let said =
                self.outcome_responses.iter().find(|said| said.alert_id.as_deref() == Some(id));
            (id.to_owned(), said.map_or_else(silent, EthocaItemResponse::to_answer_result))
        };
        answers.iter().map(of).collect()
    }
}

impl EthocaItemResponse {
    /// Returns the reason why the item was not accepted, if any.
    pub fn into_failure(self) -> Option<EthocaFailure> {
        let success =
            self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("SUCCESS"));
        (!success).then(|| EthocaFailure::from_errors(self.errors.as_ref()))
    }

    fn to_answer_result(&self) -> NetworkAnswerResult {
        if self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("SUCCESS")) {
            return NetworkAnswerResult::Accepted;
        }
        EthocaFailure::from_errors(self.errors.as_ref()).to_answer_result()
    }
}

/// Mastercard's reason for the refusal of a call or an item.
pub(super) struct EthocaFailure {
    code: String,
    description: String,
    recoverable: bool,
}

impl EthocaFailure {
    /// Parses the reason of the refusal of a whole call. A refusal without a reason counts as
    /// recoverable.
    pub fn from_call_body(body: &[u8]) -> Self {
        let read: Option<EthocaRefusal> = serde_json::from_slice(body).ok();
        match read.and_then(|refusal| refusal.errors) {
            Some(errors) => Self::from_errors(Some(&errors)),
            None => Self {
                code: "400".to_owned(),
                description: "no reason given".to_owned(),
                recoverable: true,
            },
        }
    }

    fn from_errors(errors: Option<&EthocaErrors>) -> Self {
        let said = errors.and_then(|errors| errors.list.first());
        let text = |part: fn(&EthocaErrorReason) -> &Option<String>| {
            said.and_then(|said| part(said).clone()).unwrap_or_default()
        };
        let recoverable = said.and_then(|said| said.recoverable).unwrap_or(said.is_none());
        Self {
            code: text(|said| &said.code),
            description: text(|said| &said.description),
            recoverable,
        }
    }

    /// Converts the refusal to a result. An alert that already has an outcome has ours: Ethoca's
    /// first acknowledgement was lost.
    pub fn to_answer_result(&self) -> NetworkAnswerResult {
        let already = self.code.to_ascii_uppercase().contains("ALREADY")
            || self.description.to_ascii_lowercase().contains("already");
        if already {
            return NetworkAnswerResult::AlreadyAnswered;
        }
        let reason = truncate_card_numbers(&format!("{}: {}", self.code, self.description));
        NetworkAnswerResult::Refused {
            reason: reason.chars().take(300).collect(),
            recoverable: self.recoverable,
        }
    }

    pub fn into_error(self) -> PartnerError {
        if self.recoverable {
            return PartnerError::Unavailable { status: 400 };
        }
        PartnerError::refused(&self.code, &self.description)
    }
}

#[derive(Deserialize)]
struct EthocaRefusal {
    #[serde(rename = "Errors", alias = "errors", default)]
    errors: Option<EthocaErrors>,
}

#[derive(Deserialize)]
struct EthocaErrors {
    #[serde(rename = "Error", alias = "error", default)]
    list: Vec<EthocaErrorReason>,
}

#[derive(Deserialize)]
struct EthocaErrorReason {
    #[serde(rename = "ReasonCode", alias = "reasonCode", default)]
    code: Option<String>,
    #[serde(rename = "Description", alias = "description", default)]
    description: Option<String>,
    #[serde(rename = "Recoverable", alias = "recoverable", default)]
    recoverable: Option<bool>,
}

#[cfg(test)]
mod tests;

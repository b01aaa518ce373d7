//! `POST /outcomes`: what Ethoca is told of an alert, and what it says to that.

use domain::alert::Refund;
use domain::basics::card::without_card_numbers;
use domain::basics::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{OutgoingAnswer, PartnerError, Taken};

/// Ethoca's limit of a comment, in characters.
const COMMENT: usize = 1024;

/// Ethoca's limit of a refund's id, in characters.
const REFUND_ID: usize = 64;

/// Ethoca's limit of an acquirer's reference, in characters.
const REFERENCE: usize = 24;

/// Digits before the point of the largest `amountStopped`, 999999.
const STOPPED_DIGITS: usize = 6;

/// The answers as one call carries them.
pub(super) fn batch(answers: &[OutgoingAnswer]) -> Result<Batch<'_>, PartnerError> {
    let outcomes: Result<_, serde_json::Error> = answers.iter().map(outcome).collect();
    outcomes
        .map(|outcomes| Batch { outcomes })
        .map_err(|error| PartnerError::refused("not_written", &error.to_string()))
}

#[derive(Serialize)]
pub(super) struct Batch<'a> {
    outcomes: Vec<Told<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    alert_id: &'a str,
    outcome: &'static str,
    refund_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<Refunded<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_stopped: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<String>,
    action_timestamp: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refunded<'a> {
    amount: Amount,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acquirer_reference_number: Option<&'a str>,
}

/// A decimal number as text, so that no float comes near it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    value: Box<RawValue>,
    currency_code: &'static str,
}

fn outcome(answer: &OutgoingAnswer) -> Result<Told<'_>, serde_json::Error> {
    let words = answer.outcome.in_ethoca_words(answer.kind);
    let refund = answer.refund.as_ref().filter(|_| words.refund_status == "REFUNDED");
    let given_back = refund.map(|refund| refund.amount);
    let needed = words.needs_amount_stopped();
    let stopped = answer
        .stopped
        .or(given_back.filter(|_| needed))
        .filter(|stopped| needed || may_be_stopped(*stopped));
    Ok(Told {
        alert_id: &answer.vendor_alert_id,
        outcome: words.outcome,
        refund_status: words.refund_status,
        refund: refund.map(refunded).transpose()?,
        amount_stopped: stopped.map(amount).transpose()?,
        comments: words
            .comment
            .map(|text| without_card_numbers(&text).chars().take(COMMENT).collect()),
        action_timestamp: instant(answer.at),
    })
}

/// Whether the specification's range holds the amount; outside it, the outcome is told without.
fn may_be_stopped(money: Money) -> bool {
    money.minor > 0
        && money.to_decimal().split('.').next().is_some_and(|whole| whole.len() <= STOPPED_DIGITS)
}

fn refunded(refund: &Refund) -> Result<Refunded<'_>, serde_json::Error> {
    let transaction_id =
        Some(refund.id.as_str()).filter(|id| (1..=REFUND_ID).contains(&id.chars().count()));
    let acquirer_reference_number =
        refund.arn.as_deref().filter(|arn| (1..=REFERENCE).contains(&arn.chars().count()));
    let (amount, timestamp) = (amount(refund.amount)?, instant(refund.at));
    Ok(Refunded { amount, kind: "REFUND", timestamp, transaction_id, acquirer_reference_number })
}

fn amount(money: Money) -> Result<Amount, serde_json::Error> {
    Ok(Amount {
        value: RawValue::from_string(money.to_decimal())?,
        currency_code: money.currency.code(),
    })
}

/// Ethoca takes 10 to 25 characters: whole seconds.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answered {
    #[serde(default)]
    outcome_responses: Vec<ItemAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemAnswer {
    #[serde(default)]
    alert_id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, alias = "Errors")]
    errors: Option<Errors>,
}

impl Answered {
    /// What came of each answer. One that the vendor passes over was not taken, and may be told
    /// again.
    pub fn of_each(&self, answers: &[OutgoingAnswer]) -> Vec<(String, Taken)> {
        let silent = || Taken::Refused {
            reason: "Ethoca's answer does not name it".to_owned(),
            recoverable: true,
        };
        let of = |answer: &OutgoingAnswer| {
            let id = answer.vendor_alert_id.as_str();
            let said =
                self.outcome_responses.iter().find(|said| said.alert_id.as_deref() == Some(id));
            (id.to_owned(), said.map_or_else(silent, ItemAnswer::taken))
        };
        answers.iter().map(of).collect()
    }
}

impl ItemAnswer {
    /// Why the item was not taken, if it was not.
    pub fn into_failure(self) -> Option<Failure> {
        let success =
            self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("SUCCESS"));
        (!success).then(|| Failure::of(self.errors.as_ref()))
    }

    fn taken(&self) -> Taken {
        if self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("SUCCESS")) {
            return Taken::Accepted;
        }
        Failure::of(self.errors.as_ref()).taken()
    }
}

/// Mastercard's reason for taking a call or an item not.
pub(super) struct Failure {
    code: String,
    description: String,
    recoverable: bool,
}

impl Failure {
    /// The reason in a refusal of a whole call. One without a reason may pass.
    pub fn of_call(body: &[u8]) -> Self {
        let read: Option<Refusal> = serde_json::from_slice(body).ok();
        match read.and_then(|refusal| refusal.errors) {
            Some(errors) => Self::of(Some(&errors)),
            None => Self {
                code: "400".to_owned(),
                description: "no reason given".to_owned(),
                recoverable: true,
            },
        }
    }

    fn of(errors: Option<&Errors>) -> Self {
        let said = errors.and_then(|errors| errors.list.first());
        let text = |part: fn(&Reason) -> &Option<String>| {
            said.and_then(|said| part(said).clone()).unwrap_or_default()
        };
        let recoverable = said.and_then(|said| said.recoverable).unwrap_or(said.is_none());
        Self {
            code: text(|said| &said.code),
            description: text(|said| &said.description),
            recoverable,
        }
    }

    /// An alert that has an outcome already has ours: its acknowledgement was lost.
    pub fn taken(&self) -> Taken {
        let already = self.code.to_ascii_uppercase().contains("ALREADY")
            || self.description.to_ascii_lowercase().contains("already");
        if already {
            return Taken::AlreadyAnswered;
        }
        let reason = without_card_numbers(&format!("{}: {}", self.code, self.description));
        Taken::Refused { reason: reason.chars().take(300).collect(), recoverable: self.recoverable }
    }

    pub fn into_error(self) -> PartnerError {
        if self.recoverable {
            return PartnerError::Unavailable { status: 400 };
        }
        PartnerError::refused(&self.code, &self.description)
    }
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "Errors", alias = "errors", default)]
    errors: Option<Errors>,
}

#[derive(Deserialize)]
struct Errors {
    #[serde(rename = "Error", alias = "error", default)]
    list: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(rename = "ReasonCode", alias = "reasonCode", default)]
    code: Option<String>,
    #[serde(rename = "Description", alias = "description", default)]
    description: Option<String>,
    #[serde(rename = "Recoverable", alias = "recoverable", default)]
    recoverable: Option<bool>,
}

#[cfg(test)]
mod tests;

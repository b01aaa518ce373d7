//! The request for a simulated alert.

use std::ops::RangeInclusive;

use domain::account::enrolment::FieldError;
use domain::basics::id::{EnrolmentId, OrganisationId};
use domain::basics::money::parse_currency;
use domain::basics::time::{ReportedTime, utc_day};
use jiff::{Timestamp, ToSpan};
use partners::ethoca::EthocaAlertType;
use serde::Deserialize;
use utoipa::ToSchema;

use super::scenario::{SimulatedAlertType, SimulationScenario};
use crate::http::body::length_fault;

/// The minutes from the alert's time to the deadline for an action, 46 hours.
pub(super) const MOST_MINUTES: u32 = 46 * 60;

/// A simulated alert; absent fields are generated.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSimulatedAlert)]
pub(super) struct SimulateAlert {
    /// A TEST organisation.
    pub organisation_id: OrganisationId,
    /// The enrolment whose descriptor the alert carries, unless a descriptor is given.
    pub enrolment_id: Option<EnrolmentId>,
    #[serde(rename = "type", default)]
    kind: SimulatedAlertType,
    #[serde(default)]
    scenario: SimulationScenario,
    /// In the currency's minor unit; 4900 by default.
    pub amount_in_cents: Option<u64>,
    /// ISO 4217; USD by default.
    pub currency: Option<String>,
    /// Less than the amount if only a part is disputed.
    pub chargeback_amount_in_cents: Option<u64>,
    pub descriptor: Option<String>,
    pub card_bin: Option<String>,
    pub card_last4: Option<String>,
    /// The payment or transaction of an order, by reference; or a simulated payment
    /// (`pi_simulated_…`).
    pub transaction_reference: Option<String>,
    /// An ISO 8601 time or date.
    pub transaction_at: Option<String>,
    pub arn: Option<String>,
    pub auth_code: Option<String>,
    pub reason_code: Option<String>,
    pub issuer: Option<String>,
    pub is_3ds: Option<bool>,
    /// The minutes until the deadline for an action; the alert is dated back accordingly.
    pub minutes_to_deadline: Option<u32>,
}

impl SimulateAlert {
    pub const fn scenario(&self) -> SimulationScenario {
        self.scenario
    }

    pub fn alert_type(&self) -> EthocaAlertType {
        self.kind.into()
    }

    /// Lists the faults of the request.
    pub fn find_faults(&self, now: Timestamp) -> Vec<FieldError> {
        let wrong_currency =
            self.currency.as_deref().is_some_and(|code| parse_currency(code).is_err());
        let misplaced = self.transaction_reference.is_some() && !self.scenario.takes_reference();
        let minutes_fit =
            self.minutes_to_deadline.is_none_or(|minutes| (1..=MOST_MINUTES).contains(&minutes));
        let single = [
            wrong_currency.then(|| {
                FieldError::new("currency", "UNKNOWN_CURRENCY", "Must be an ISO 4217 code.")
            }),
            misplaced.then(|| {
                let message = "This scenario makes its own payment up; leave \
                    `transaction_reference` out, or give an order the reference of such a payment.";
                FieldError::new("transaction_reference", "NOT_TAKEN", message)
            }),
            (!minutes_fit).then(|| {
                FieldError::new(
                    "minutes_to_deadline",
                    "OUT_OF_RANGE",
                    format!("Must be 1 to {MOST_MINUTES}."),
                )
            }),
            self.transaction_at.as_deref().and_then(|text| time_fault(text, now)),
            digits_fault("card_bin", self.card_bin.as_deref(), 6..=8),
            digits_fault("card_last4", self.card_last4.as_deref(), 4..=4),
            digits_fault("arn", self.arn.as_deref(), 23..=24),
        ];
        let amounts = [
            ("amount_in_cents", self.amount_in_cents),
            ("chargeback_amount_in_cents", self.chargeback_amount_in_cents),
        ];
        let amounts = amounts.into_iter().filter(|(_, minor)| *minor == Some(0));
        let amounts = amounts
            .map(|(field, _)| FieldError::new(field, "OUT_OF_RANGE", "Must be more than 0."));
        single.into_iter().flatten().chain(amounts).chain(self.length_faults()).collect()
    }

    fn length_faults(&self) -> Vec<FieldError> {
        let texts = [
            ("descriptor", &self.descriptor, 255),
            ("transaction_reference", &self.transaction_reference, 255),
            ("auth_code", &self.auth_code, 6),
            ("reason_code", &self.reason_code, 16),
            ("issuer", &self.issuer, 255),
        ];
        texts
            .into_iter()
            .filter_map(|(field, text, most)| length_fault(field, text.as_deref()?, most))
            .collect()
    }
}

fn time_fault(text: &str, now: Timestamp) -> Option<FieldError> {
    let fault = |code, message| Some(FieldError::new("transaction_at", code, message));
    match ReportedTime::parse(text) {
        None => fault("NOT_A_TIME", "Must be an ISO 8601 time or day."),
        Some(moment)
            if moment.at.is_some_and(|at| at > now)
                || moment.day > utc_day(now).saturating_add(1.day()) =>
        {
            fault("OUT_OF_RANGE", "Must not be in the future.")
        }
        Some(_) => None,
    }
}

fn digits_fault(
    field: &str,
    text: Option<&str>,
    count: RangeInclusive<usize>,
) -> Option<FieldError> {
    let fits =
        |text: &str| count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (least, most) = (count.start(), count.end());
    let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
    text.filter(|text| !fits(text))
        .map(|_| FieldError::new(field, "NOT_DIGITS", format!("Must be {wanted} digits.")))
}

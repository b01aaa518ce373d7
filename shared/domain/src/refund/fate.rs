//! The fate of a refund after the call: the acquirer reference number, or a failure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AttemptResult, LedgerEntry, RefundCause, RefundLedger};
use crate::alert::{RefundRecord, ReturnMethod};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::sale::{RefundState, Sale};

/// The failure of a refund that was confirmed, or declared, before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFailure {
    /// The processor's reason.
    pub reason: String,
    /// The time of the report.
    pub at: Timestamp,
}

impl RefundRecord {
    /// Creates a record without an acquirer reference and without a failure.
    #[must_use]
    pub const fn new(id: String, amount: Money, at: Timestamp, way: ReturnMethod) -> Self {
        Self { id, amount, at, way, arn: None, failure: None }
    }

    /// Checks whether the refund failed, which means that the money did not arrive.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.failure.is_some()
    }
}

impl RefundLedger {
    /// Returns the alerts that rest on this refund, alone or as a part of several manual refunds
    /// that count together.
    pub fn alerts_resting_on<'a>(&'a self, refund: &'a str) -> impl Iterator<Item = &'a AlertId> {
        let part = self.find_manual_entry(refund);
        let minor = |entry: &LedgerEntry| entry.given.map_or(0, |given| given.minor);
        let rests_on = move |entry: &&LedgerEntry| match entry.result.refund_id() {
            Some(taken) if taken == refund => true,
            Some(taken) => {
                // The alert took several manual refunds: the entry has the latest id and the sum.
                let latest =
                    self.find_manual_entry(taken).filter(|latest| minor(latest) < minor(entry));
                latest.is_some() && part.is_some_and(|part| part.attempt < entry.attempt)
            }
            None => false,
        };
        self.entries.iter().filter(rests_on).filter_map(|entry| entry.cause.alert_id())
    }

    /// Marks as failed each entry with a refund that the processor lists as failed.
    #[must_use]
    pub fn correct_failed_refunds(mut self, sale: &Sale) -> Self {
        for entry in &mut self.entries {
            let listed = sale
                .standing
                .refunds
                .iter()
                .find(|listed| Some(listed.id.as_str()) == entry.result.refund_id());
            if let Some(RefundState::Failed(reason)) = listed.map(|listed| &listed.state) {
                entry.result = AttemptResult::Failed { reason: reason.clone() };
            }
        }
        self
    }

    /// Records that a refund stands for the cause after all. Returns `None` if the latest attempt
    /// has this result already, or if the cause has no attempt.
    #[must_use]
    pub fn with_confirmed_refund(
        mut self,
        cause: &RefundCause,
        refund: &RefundRecord,
    ) -> Option<Self> {
        let result = AttemptResult::Confirmed { refund: refund.id.clone() };
        let latest = self.entries.iter_mut().rfind(|entry| entry.cause == *cause)?;
        if latest.result == result {
            return None;
        }
        latest.result = result;
        latest.given = Some(refund.amount);
        self.version += 1;
        Some(self)
    }

    /// Finds the entry of a manual refund by the processor's refund id.
    fn find_manual_entry(&self, refund: &str) -> Option<&LedgerEntry> {
        self.entries.iter().find(|entry| {
            entry.cause.alert_id().is_none() && entry.result.refund_id() == Some(refund)
        })
    }
}

/// Parses an acquirer reference number (ARN): 23 or 24 digits. Text of another form proves nothing
/// and is dropped.
#[must_use]
pub fn parse_acquirer_reference(text: &str) -> Option<String> {
    let text = text.trim();
    let is_reference =
        matches!(text.len(), 23 | 24) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_reference.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse_acquirer_reference;
    use crate::basics::card::{has_card_number, truncate_card_numbers};

    #[test]
    fn only_the_form_of_an_acquirers_reference_is_kept() {
        let real = "74027016072012345678901";
        assert_eq!(parse_acquirer_reference(real).as_deref(), Some(real));
        assert_eq!(parse_acquirer_reference(&format!(" {real}0 ")), Some(format!("{real}0")));
        for other in [
            "",
            "740270160720123456789",
            "7402701607201234567890123",
            "7402701607201234567890A",
            "4242424242424242",
        ] {
            assert_eq!(parse_acquirer_reference(other), None, "{other}");
        }
    }

    #[test]
    fn it_is_no_card_number_even_around_one() {
        for reference in
            ["74027016072012345678901", "74424242424242424242901", "444242424242424242424242"]
        {
            let sentence = format!("The reference is {reference}.");
            assert!(!has_card_number(&sentence), "{reference}");
            assert_eq!(truncate_card_numbers(&sentence), sentence);
        }
    }
}

//! The refund ledger of a sale: the lease to call the processor, and all attempts to refund.

mod entry;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RefundCause;
use crate::alert::{RefundRecord, ReturnMethod};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::sale::{ProcessorRefund, RefundState, Sale, SaleId};

pub use entry::{AttemptResult, LedgerEntry};

/// The refund ledger of a sale, a single item in the store. The worker that raises `attempt` has
/// the lease: no other worker may call the processor until `claimed_until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLedger {
    pub sale: SaleId,
    pub attempt: u32,
    /// The end of the live lease, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claimed_until: Option<Timestamp>,
    pub entries: Vec<LedgerEntry>,
    /// The alerts for which the ledger was sealed at a deadline. No refund is made for these
    /// alerts.
    #[serde(default)]
    pub sealed_for: Vec<AlertId>,
    pub version: u64,
    /// The id of the write that made this version. A retried write recognises the version as
    /// already stored.
    #[serde(default)]
    pub write: String,
}

/// The reason for which the lease is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaseRefusal {
    /// Another worker has a live lease.
    #[error("the sale is claimed until {until}")]
    Busy { until: Timestamp },
    /// The ledger was sealed for this alert.
    #[error("the sale's ledger is sealed for the alert")]
    Sealed,
}

impl RefundLedger {
    /// Creates the empty ledger of a sale.
    #[must_use]
    pub const fn new(sale: SaleId) -> Self {
        Self {
            sale,
            attempt: 0,
            claimed_until: None,
            entries: Vec::new(),
            sealed_for: Vec::new(),
            version: 0,
            write: String::new(),
        }
    }

    /// Returns the end of the lease, if a lease is live.
    #[must_use]
    pub fn leased_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.claimed_until.filter(|until| *until > now)
    }

    /// Takes the lease for an alert or a manual refund and starts an attempt. The worker stores the
    /// ledger before the call to the processor.
    ///
    /// # Errors
    /// [`LeaseRefusal`] while another lease is live, or if the ledger was sealed for the alert.
    pub fn take_lease(
        mut self,
        cause: impl Into<RefundCause>,
        automatic: bool,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Self, LeaseRefusal> {
        let cause = cause.into();
        if let Some(until) = self.leased_until(now) {
            return Err(LeaseRefusal::Busy { until });
        }
        if cause.alert_id().is_some_and(|alert| self.sealed_for.contains(alert)) {
            return Err(LeaseRefusal::Sealed);
        }
        self.attempt += 1;
        self.version += 1;
        self.claimed_until = Some(until);
        let entry = LedgerEntry {
            attempt: self.attempt,
            cause,
            automatic,
            at: now,
            result: AttemptResult::Unknown,
            given: None,
            place: None,
        };
        self.entries.push(entry);
        Ok(self)
    }

    /// Records the result of the latest attempt and releases the lease.
    #[must_use]
    pub fn record_result(mut self, result: AttemptResult) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.result = result;
        }
        self.claimed_until = None;
        self.version += 1;
        self
    }

    /// Records the amount that the latest attempt refunded.
    #[must_use]
    pub fn record_given_amount(mut self, amount: Money) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.given = Some(amount);
        }
        self
    }

    /// Records the address of the endpoint that the latest attempt calls.
    #[must_use]
    pub fn with_endpoint(mut self, place: Option<String>) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.place = place;
        }
        self
    }

    /// Returns the causes with an unanswered attempt at another address than the latest attempt's.
    /// A look-up at the present address cannot prove that such an attempt moved no money.
    pub fn causes_begun_elsewhere(&self) -> impl Iterator<Item = &RefundCause> {
        let here = self.entries.last().and_then(|entry| entry.place.as_ref());
        let elsewhere = self.entries.iter().filter(move |one| {
            one.result == AttemptResult::Unknown
                && one.place.is_some()
                && one.place.as_ref() != here
        });
        // An answered later attempt for the cause at the same address followed a look-up, which
        // settled the earlier attempt.
        let told = |one: &LedgerEntry| {
            let ends = |later: &LedgerEntry| {
                later.attempt > one.attempt
                    && later.place == one.place
                    && later.result.is_answered()
            };
            self.entries.iter().any(|later| later.cause == one.cause && ends(later))
        };
        elsewhere.filter(move |one| !told(one)).map(|one| &one.cause)
    }

    /// Checks whether an attempt for the cause, before the attempt of this number, may have moved
    /// money. An attempt is harmless if it failed, if the processor was not asked, or if a later
    /// attempt failed.
    #[must_use]
    pub fn may_have_moved_money(&self, cause: impl Into<RefundCause>, before: u32) -> bool {
        let cause = cause.into();
        let own = self
            .entries
            .iter()
            .rev()
            .filter(|entry| entry.attempt < before && entry.cause == cause);
        // A failure follows a look-up, which proves that the earlier attempts moved no money.
        let mut open = own
            .map(|entry| &entry.result)
            .take_while(|result| !matches!(result, AttemptResult::Failed { .. }));
        open.any(|result| !matches!(result, AttemptResult::NotAsked))
    }

    /// Applies the processor's later report on a refund. Returns `None` if the report changes
    /// nothing.
    #[must_use]
    pub fn update_refund_result(mut self, refund: &str, result: &AttemptResult) -> Option<Self> {
        let mut news = false; // several attempts may have read the same refund
        for entry in self
            .entries
            .iter_mut()
            .filter(|entry| entry.result.refund_id() == Some(refund) && entry.result != *result)
        {
            entry.result = result.clone();
            news = true;
        }
        if !news {
            return None;
        }
        self.version += 1;
        Some(self)
    }

    /// Records a person's declaration on all open attempts for the cause: unknown and pending.
    #[must_use]
    pub fn settle_open_attempts(
        mut self,
        cause: impl Into<RefundCause>,
        result: &AttemptResult,
        given: Option<Money>,
    ) -> Self {
        let cause = cause.into();
        let is_open = |one: &LedgerEntry| {
            one.cause == cause
                && matches!(one.result, AttemptResult::Unknown | AttemptResult::Pending { .. })
        };
        for entry in self.entries.iter_mut().filter(|entry| is_open(entry)) {
            entry.result = result.clone();
            entry.given = given.or(entry.given);
        }
        self.version += 1;
        self
    }

    /// Seals the ledger for an alert and releases the lease. No refund for the alert can follow.
    #[must_use]
    pub fn seal_for_alert(mut self, alert: &AlertId) -> Self {
        self.sealed_for.push(alert.clone());
        self.record_result(AttemptResult::NotAsked)
    }

    /// Finds another alert with a confirmed refund.
    #[must_use]
    pub fn other_confirmed_alert(&self, alert: &AlertId) -> Option<&AlertId> {
        self.find_other_alert(alert, |result| matches!(result, AttemptResult::Confirmed { .. }))
    }

    /// Finds another alert with a pending refund.
    pub(super) fn other_pending_alert(&self, alert: &AlertId) -> Option<&AlertId> {
        self.find_other_alert(alert, |result| matches!(result, AttemptResult::Pending { .. }))
    }

    fn find_other_alert(
        &self,
        alert: &AlertId,
        stands: impl Fn(&AttemptResult) -> bool,
    ) -> Option<&AlertId> {
        let standing = self.entries.iter().filter(|entry| stands(&entry.result));
        standing.filter_map(|entry| entry.cause.alert_id()).find(|other| *other != alert)
    }

    /// Returns the sale with the ledger's confirmed and pending refunds merged in, for sources that
    /// omit these refunds.
    #[must_use]
    pub fn merge_refunds_into(&self, mut sale: Sale) -> Sale {
        for entry in &self.entries {
            let (Some(id), Some(amount)) = (entry.result.refund_id(), entry.given) else {
                continue;
            };
            let is_live = |seen: &ProcessorRefund| !matches!(seen.state, RefundState::Failed(_));
            // A person may have recorded the refund under another id.
            let ours = |seen: &ProcessorRefund| {
                is_live(seen) && seen.alert.as_deref() == Some(entry.cause.as_str())
            };
            if let Some(seen) =
                sale.standing.refunds.iter_mut().find(|seen| seen.id == id || ours(seen))
            {
                // An endpoint may list the refund without our mark.
                seen.alert.get_or_insert_with(|| entry.cause.to_string());
                continue;
            }
            let confirmed = matches!(entry.result, AttemptResult::Confirmed { .. });
            let state = if confirmed { RefundState::Succeeded } else { RefundState::Pending };
            let seen = ProcessorRefund {
                id: id.to_owned(),
                amount,
                state,
                at: entry.at,
                alert: Some(entry.cause.to_string()),
                arn: None,
            };
            sale.standing.refunds.push(seen);
        }
        sale
    }

    /// Returns the idempotency key of the latest attempt for the processor. All processors accept
    /// 64 characters or fewer.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        let word = crate::basics::id::AlertId::derived(&[
            "refund",
            self.sale.as_str(),
            &self.attempt.to_string(),
        ]);
        word.as_str().replacen(AlertId::PREFIX, "refund-", 1)
    }
}

impl ProcessorRefund {
    /// Converts the refund to the record that an alert stores.
    #[must_use]
    pub fn to_refund_record(&self) -> RefundRecord {
        RefundRecord {
            arn: self.arn.clone(),
            ..RefundRecord::new(self.id.clone(), self.amount, self.at, ReturnMethod::Refunded)
        }
    }
}

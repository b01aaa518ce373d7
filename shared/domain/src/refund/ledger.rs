//! The sale's ledger of money given back: who may call the processor now, and what it is to be
//! asked for.

mod entry;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RefundCause;
use crate::alert::{RefundRecord, ReturnMethod};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::sale::{ProcessorRefund, RefundState, Sale, SaleId};

pub use entry::{AttemptResult, LedgerEntry};

/// One item per sale. Whoever raises `attempt` may call the processor, until `claimed_until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLedger {
    pub sale: SaleId,
    pub attempt: u32,
    /// The claim that is live, if any: nobody else may call the processor before it ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claimed_until: Option<Timestamp>,
    pub entries: Vec<LedgerEntry>,
    /// Closed at a deadline: no refund will be made for the alerts that it was closed for.
    #[serde(default)]
    pub sealed_for: Vec<AlertId>,
    pub version: u64,
    /// The id of the write that made this version, by which a repeated write meets itself.
    #[serde(default)]
    pub write: String,
}

/// Why nobody may call the processor for this cause now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaseRefusal {
    /// Another worker is at it.
    #[error("the sale is claimed until {until}")]
    Busy { until: Timestamp },
    /// The ledger was closed for this alert.
    #[error("the sale's ledger is sealed for the alert")]
    Sealed,
}

impl RefundLedger {
    /// The empty ledger of a sale.
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

    /// When the claim that is live now ends, if there is one.
    #[must_use]
    pub fn leased_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.claimed_until.filter(|until| *until > now)
    }

    /// The ledger with the claim of an alert or a hand refund on it, to be stored before the
    /// processor is called.
    ///
    /// # Errors
    /// [`NotYours`] while another claim is live, or after the ledger was closed for the alert.
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

    /// The ledger with what came of the latest attempt, its claim given up.
    #[must_use]
    pub fn record_result(mut self, result: AttemptResult) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.result = result;
        }
        self.claimed_until = None;
        self.version += 1;
        self
    }

    /// The ledger with how much the latest attempt gave back.
    #[must_use]
    pub fn record_given_amount(mut self, amount: Money) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.given = Some(amount);
        }
        self
    }

    /// The ledger with where the latest attempt asks.
    #[must_use]
    pub fn with_endpoint(mut self, place: Option<String>) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.place = place;
        }
        self
    }

    /// For whom money was asked for at another place than the latest attempt's, with nothing known
    /// of it: no look here can tell.
    pub fn causes_begun_elsewhere(&self) -> impl Iterator<Item = &RefundCause> {
        let here = self.entries.last().and_then(|entry| entry.place.as_ref());
        let elsewhere = self.entries.iter().filter(move |one| {
            one.result == AttemptResult::Unknown
                && one.place.is_some()
                && one.place.as_ref() != here
        });
        // Whoever came to an end there had looked there, for its own.
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

    /// Whether an attempt for the cause, before the one of this number, may have moved money:
    /// nothing proves that it failed.
    #[must_use]
    pub fn may_have_moved_money(&self, cause: impl Into<RefundCause>, before: u32) -> bool {
        let cause = cause.into();
        let own = self
            .entries
            .iter()
            .rev()
            .filter(|entry| entry.attempt < before && entry.cause == cause);
        // Whoever was refused had looked: what was begun before that is not there.
        let mut open = own
            .map(|entry| &entry.result)
            .take_while(|result| !matches!(result, AttemptResult::Failed { .. }));
        open.any(|result| !matches!(result, AttemptResult::NotAsked))
    }

    /// The ledger with the processor's later word on a refund; nothing where it tells nothing new.
    #[must_use]
    pub fn update_refund_result(mut self, refund: &str, result: &AttemptResult) -> Option<Self> {
        let mut news = false; // one refund may have been looked at more than once
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

    /// The ledger with a person's word on all attempts for a cause of which nothing is certain.
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

    /// The ledger closed for an alert, its claim given up: no refund for it any more.
    #[must_use]
    pub fn seal_for_alert(mut self, alert: &AlertId) -> Self {
        self.sealed_for.push(alert.clone());
        self.record_result(AttemptResult::NotAsked)
    }

    /// Another alert that money was given back for, confirmed.
    #[must_use]
    pub fn other_confirmed_alert(&self, alert: &AlertId) -> Option<&AlertId> {
        self.find_other_alert(alert, |result| matches!(result, AttemptResult::Confirmed { .. }))
    }

    /// Another alert whose refund is on its way.
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

    /// The sale with the refunds that stand here and that whoever told of the sale left out: they
    /// count all the same.
    #[must_use]
    pub fn merge_refunds_into(&self, mut sale: Sale) -> Sale {
        for entry in &self.entries {
            let (Some(id), Some(amount)) = (entry.result.refund_id(), entry.given) else {
                continue;
            };
            let is_live = |seen: &ProcessorRefund| !matches!(seen.state, RefundState::Failed(_));
            // a person may have named it otherwise
            let ours = |seen: &ProcessorRefund| {
                is_live(seen) && seen.alert.as_deref() == Some(entry.cause.as_str())
            };
            if let Some(seen) =
                sale.standing.refunds.iter_mut().find(|seen| seen.id == id || ours(seen))
            {
                // an endpoint may list it without our mark
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

    /// The processor's idempotency key of the latest attempt: 64 characters or fewer fit all
    /// processors.
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
    /// The refund as the alert keeps it.
    #[must_use]
    pub fn to_refund_record(&self) -> RefundRecord {
        RefundRecord {
            arn: self.arn.clone(),
            ..RefundRecord::new(self.id.clone(), self.amount, self.at, ReturnMethod::Refunded)
        }
    }
}

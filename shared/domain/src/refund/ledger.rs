//! The sale's ledger of money given back: who may call the processor now, and what it is to be
//! asked for.

mod entry;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Cause;
use crate::alert::{Refund, Way};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::sale::{RefundSeen, RefundState, Sale, SaleId};

pub use entry::{Attempted, Entry};

/// One item per sale. Whoever raises `attempt` may call the processor, until `claimed_until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub sale: SaleId,
    pub attempt: u32,
    /// The claim that is live, if any: nobody else may call the processor before it ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claimed_until: Option<Timestamp>,
    pub entries: Vec<Entry>,
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
pub enum NotYours {
    /// Another worker is at it.
    #[error("the sale is claimed until {until}")]
    Busy { until: Timestamp },
    /// The ledger was closed for this alert.
    #[error("the sale's ledger is sealed for the alert")]
    Sealed,
}

impl Ledger {
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
    pub fn busy_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.claimed_until.filter(|until| *until > now)
    }

    /// The ledger with the claim of an alert or a hand refund on it, to be stored before the
    /// processor is called.
    ///
    /// # Errors
    /// [`NotYours`] while another claim is live, or after the ledger was closed for the alert.
    pub fn claimed(
        mut self,
        cause: impl Into<Cause>,
        automatic: bool,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Self, NotYours> {
        let cause = cause.into();
        if let Some(until) = self.busy_until(now) {
            return Err(NotYours::Busy { until });
        }
        if cause.alert().is_some_and(|alert| self.sealed_for.contains(alert)) {
            return Err(NotYours::Sealed);
        }
        self.attempt += 1;
        self.version += 1;
        self.claimed_until = Some(until);
        let entry = Entry {
            attempt: self.attempt,
            cause,
            automatic,
            at: now,
            result: Attempted::Unknown,
            given: None,
            place: None,
        };
        self.entries.push(entry);
        Ok(self)
    }

    /// The ledger with what came of the latest attempt, its claim given up.
    #[must_use]
    pub fn recorded(mut self, result: Attempted) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.result = result;
        }
        self.claimed_until = None;
        self.version += 1;
        self
    }

    /// The ledger with how much the latest attempt gave back.
    #[must_use]
    pub fn gave(mut self, amount: Money) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.given = Some(amount);
        }
        self
    }

    /// The ledger with where the latest attempt asks.
    #[must_use]
    pub fn at_place(mut self, place: Option<String>) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.place = place;
        }
        self
    }

    /// For whom money was asked for at another place than the latest attempt's, with nothing known
    /// of it: no look here can tell.
    pub fn begun_elsewhere(&self) -> impl Iterator<Item = &Cause> {
        let here = self.entries.last().and_then(|entry| entry.place.as_ref());
        let elsewhere = self.entries.iter().filter(move |one| {
            one.result == Attempted::Unknown && one.place.is_some() && one.place.as_ref() != here
        });
        // Whoever came to an end there had looked there, for its own.
        let told = |one: &Entry| {
            let ends = |later: &Entry| {
                later.attempt > one.attempt && later.place == one.place && later.result.is_told()
            };
            self.entries.iter().any(|later| later.cause == one.cause && ends(later))
        };
        elsewhere.filter(move |one| !told(one)).map(|one| &one.cause)
    }

    /// Whether an attempt for the cause, before the one of this number, may have moved money:
    /// nothing proves that it failed.
    #[must_use]
    pub fn may_have_moved(&self, cause: impl Into<Cause>, before: u32) -> bool {
        let cause = cause.into();
        let own = self
            .entries
            .iter()
            .rev()
            .filter(|entry| entry.attempt < before && entry.cause == cause);
        // Whoever was refused had looked: what was begun before that is not there.
        let mut open = own
            .map(|entry| &entry.result)
            .take_while(|result| !matches!(result, Attempted::Failed { .. }));
        open.any(|result| !matches!(result, Attempted::NotAsked))
    }

    /// The ledger with the processor's later word on a refund; nothing where it tells nothing new.
    #[must_use]
    pub fn told(mut self, refund: &str, result: &Attempted) -> Option<Self> {
        let mut news = false; // one refund may have been looked at more than once
        for entry in self
            .entries
            .iter_mut()
            .filter(|entry| entry.result.refund() == Some(refund) && entry.result != *result)
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
    pub fn settled(
        mut self,
        cause: impl Into<Cause>,
        result: &Attempted,
        given: Option<Money>,
    ) -> Self {
        let cause = cause.into();
        let is_open = |one: &Entry| {
            one.cause == cause
                && matches!(one.result, Attempted::Unknown | Attempted::Pending { .. })
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
    pub fn sealed(mut self, alert: &AlertId) -> Self {
        self.sealed_for.push(alert.clone());
        self.recorded(Attempted::NotAsked)
    }

    /// Another alert that money was given back for, confirmed.
    #[must_use]
    pub fn refunded_for(&self, alert: &AlertId) -> Option<&AlertId> {
        self.other(alert, |result| matches!(result, Attempted::Confirmed { .. }))
    }

    /// Another alert whose refund is on its way.
    pub(super) fn pending_for(&self, alert: &AlertId) -> Option<&AlertId> {
        self.other(alert, |result| matches!(result, Attempted::Pending { .. }))
    }

    fn other(&self, alert: &AlertId, stands: impl Fn(&Attempted) -> bool) -> Option<&AlertId> {
        let standing = self.entries.iter().filter(|entry| stands(&entry.result));
        standing.filter_map(|entry| entry.cause.alert()).find(|other| *other != alert)
    }

    /// The sale with the refunds that stand here and that whoever told of the sale left out: they
    /// count all the same.
    #[must_use]
    pub fn laid_onto(&self, mut sale: Sale) -> Sale {
        for entry in &self.entries {
            let (Some(id), Some(amount)) = (entry.result.refund(), entry.given) else { continue };
            let is_live = |seen: &RefundSeen| !matches!(seen.state, RefundState::Failed(_));
            // a person may have named it otherwise
            let ours = |seen: &RefundSeen| {
                is_live(seen) && seen.alert.as_deref() == Some(entry.cause.as_str())
            };
            if let Some(seen) =
                sale.standing.refunds.iter_mut().find(|seen| seen.id == id || ours(seen))
            {
                // an endpoint may list it without our mark
                seen.alert.get_or_insert_with(|| entry.cause.to_string());
                continue;
            }
            let confirmed = matches!(entry.result, Attempted::Confirmed { .. });
            let state = if confirmed { RefundState::Succeeded } else { RefundState::Pending };
            let seen = RefundSeen {
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
    pub fn key(&self) -> String {
        let word = crate::basics::id::AlertId::derived(&[
            "refund",
            self.sale.as_str(),
            &self.attempt.to_string(),
        ]);
        word.as_str().replacen(AlertId::PREFIX, "refund-", 1)
    }
}

impl RefundSeen {
    /// The refund as the alert keeps it.
    #[must_use]
    pub fn kept(&self) -> Refund {
        Refund {
            arn: self.arn.clone(),
            ..Refund::new(self.id.clone(), self.amount, self.at, Way::Refunded)
        }
    }
}

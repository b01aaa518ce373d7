//! The sale's ledger of money given back: who may call the processor now, and what it is to be asked for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Course, Need, Refund, Way};
use crate::id::AlertId;
use crate::matching::{Evidence, Invalid, pre_check};
use crate::money::{Money, Rates};
use crate::sale::{RefundSeen, RefundState, Sale, SaleId};

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

/// One attempt to give money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub attempt: u32,
    pub alert: AlertId,
    pub automatic: bool,
    pub at: Timestamp,
    pub result: Attempted,
}

/// What is known of an attempt: asked, confirmed and failed are three facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Attempted {
    /// Begun; nothing is known of it.
    Unknown,
    /// The processor was not asked.
    NotAsked,
    /// The processor has it and has not confirmed it.
    Pending {
        refund: String,
    },
    Confirmed {
        refund: String,
    },
    Failed {
        reason: String,
    },
}

/// Why nobody may call the processor for this alert now.
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
        Self { sale, attempt: 0, claimed_until: None, entries: Vec::new(), sealed_for: Vec::new(), version: 0, write: String::new() }
    }

    /// The ledger with this alert's claim on it, to be stored before the processor is called.
    ///
    /// # Errors
    /// [`NotYours`] while another claim is live, or after the ledger was closed for the alert.
    pub fn claimed(mut self, alert: &AlertId, automatic: bool, now: Timestamp, until: Timestamp) -> Result<Self, NotYours> {
        if let Some(until) = self.claimed_until.filter(|until| *until > now) {
            return Err(NotYours::Busy { until });
        }
        if self.sealed_for.contains(alert) {
            return Err(NotYours::Sealed);
        }
        self.attempt += 1;
        self.version += 1;
        self.claimed_until = Some(until);
        let entry = Entry { attempt: self.attempt, alert: alert.clone(), automatic, at: now, result: Attempted::Unknown };
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

    /// The ledger with the processor's later word on a refund; nothing where it tells nothing new.
    #[must_use]
    pub fn told(mut self, refund: &str, result: Attempted) -> Option<Self> {
        let entry = self.entries.iter_mut().find(|entry| entry.result.refund() == Some(refund))?;
        if entry.result == result {
            return None;
        }
        entry.result = result;
        self.version += 1;
        Some(self)
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
    fn pending_for(&self, alert: &AlertId) -> Option<&AlertId> {
        self.other(alert, |result| matches!(result, Attempted::Pending { .. }))
    }

    fn other(&self, alert: &AlertId, stands: impl Fn(&Attempted) -> bool) -> Option<&AlertId> {
        self.entries.iter().find(|entry| entry.alert != *alert && stands(&entry.result)).map(|entry| &entry.alert)
    }

    /// The processor's idempotency key of the latest attempt: 64 characters or fewer fit all processors.
    #[must_use]
    pub fn key(&self) -> String {
        let word = crate::id::AlertId::derived(&["refund", self.sale.as_str(), &self.attempt.to_string()]);
        word.as_str().replacen(AlertId::PREFIX, "refund-", 1)
    }
}

impl Attempted {
    /// The processor's id of the refund that exists, confirmed or on its way.
    #[must_use]
    pub fn refund(&self) -> Option<&str> {
        match self {
            Self::Pending { refund } | Self::Confirmed { refund } => Some(refund),
            Self::Unknown | Self::NotAsked | Self::Failed { .. } => None,
        }
    }
}

/// What the holder of the claim does next, after looking at the processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It was made before: take it as it is.
    Found(RefundSeen),
    Refund(Money),
    /// Not settled yet: void the whole payment.
    Void,
    /// Nothing is to be given back by the processor; only the subscription ends.
    OnlyCancel,
    /// The alert is invalid after all.
    Invalid(Invalid),
    Person(Need),
    /// The deadline is too near for a call.
    TooLate,
}

/// What the holder of the claim knows.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub alert: &'a Alert,
    /// The sale as the processor has it, read after the claim was won.
    pub sale: &'a Sale,
    pub ledger: &'a Ledger,
    /// An alert of the same card and amount that gave money back for a sale nobody named.
    pub rival: Option<&'a AlertId>,
    pub rates: Option<&'a Rates>,
    /// No call starts after this.
    pub last_call: Timestamp,
    pub now: Timestamp,
}

impl<'a> Known<'a> {
    /// What to do next. What is there already is found before anything is made.
    #[must_use]
    pub fn next(self) -> Next {
        if !self.alert.decision().is_some_and(crate::alert::Decision::refunds_at_processor) {
            return Next::OnlyCancel;
        }
        if let Some(made) = self.made_for_us() {
            return match &made.state {
                RefundState::Failed(reason) => Next::Person(Need::RefundFailed { reason: reason.clone() }),
                RefundState::Pending | RefundState::Succeeded => Next::Found(made.clone()),
            };
        }
        let other = self.made_for_another();
        if let Some(invalid) = pre_check(&self.alert.claim, self.alert.received_at, self.sale, other.as_ref()) {
            return Next::Invalid(invalid);
        }
        if other.is_some() && self.automatic() {
            return Next::Person(Need::AmountUnclear); // a second refund of the remainder is only ever a person's
        }
        if self.now >= self.last_call {
            return Next::TooLate;
        }
        let rival = self.rival.or_else(|| self.ledger.pending_for(&self.alert.id));
        if let Some(alert) = rival.filter(|_| self.automatic()) {
            return Next::Person(Need::Rival { alert: alert.clone() });
        }
        match &self.sale.standing.dispute {
            Some(dispute) if !dispute.refundable => Next::Person(Need::DisputeOpen),
            _ if self.sale.standing.unsettled => Next::Void,
            _ => self.how_much().map_or_else(Next::Person, Next::Refund),
        }
    }

    fn automatic(self) -> bool {
        self.alert.decision().is_some_and(crate::alert::Decision::is_automatic)
    }

    /// A live refund in this alert's name, else one that failed since the decision.
    fn made_for_us(self) -> Option<&'a RefundSeen> {
        let decided = self.alert.decision().map_or(self.now, |decision| decision.at);
        let ours = |refund: &&RefundSeen| refund.alert.as_deref() == Some(self.alert.id.as_str());
        let failed = |refund: &RefundSeen| matches!(refund.state, RefundState::Failed(_));
        let refunds = &self.sale.standing.refunds;
        let live = refunds.iter().find(|refund| ours(refund) && !failed(refund));
        live.or_else(|| refunds.iter().find(|refund| ours(refund) && refund.at >= decided))
    }

    /// Another alert of ours that money went back for: by the ledger, or by the refund's own metadata where the worker
    /// that made it was killed before it could write.
    fn made_for_another(self) -> Option<AlertId> {
        let seen = self.sale.standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
        let named = seen.filter_map(|refund| refund.alert.as_deref()?.parse().ok()).find(|alert| *alert != self.alert.id);
        self.ledger.refunded_for(&self.alert.id).cloned().or(named)
    }

    /// The disputed amount in the sale's currency, at most what is left of it.
    fn how_much(self) -> Result<Money, Need> {
        let asked = match self.alert.decision().map(|decision| &decision.course) {
            Some(Course::Act { amount, .. }) => *amount,
            _ => None,
        };
        let (left, whole) = (self.sale.remaining(), self.sale.amount);
        let wanted = asked.unwrap_or_else(|| self.alert.claim.disputed());
        if left.minor == 0 {
            return Err(Need::AmountUnclear);
        }
        if wanted.currency != whole.currency {
            return if self.is_whole_in_other_currency(wanted) { Ok(left) } else { Err(Need::AmountUnclear) };
        }
        if wanted.minor > whole.minor {
            return Err(Need::AmountUnclear);
        }
        Ok(Money::new(wanted.minor.min(left.minor), whole.currency))
    }

    /// A full dispute in another currency: within 3 % at the dated rate, and strong evidence agrees.
    fn is_whole_in_other_currency(self, wanted: Money) -> bool {
        let strong = [Evidence::Arn, Evidence::AuthCode, Evidence::NetworkTransactionId, Evidence::ProcessorReference];
        let proved = self.alert.sale().is_some_and(|found| found.evidence.iter().any(|one| strong.contains(one)));
        let full = wanted == self.alert.claim.amount;
        let converted = self.rates.and_then(|rates| rates.convert(wanted, self.sale.amount.currency));
        let near =
            |money: Money| money.minor.abs_diff(self.sale.amount.minor).saturating_mul(100) <= self.sale.amount.minor.saturating_mul(3);
        proved && full && converted.is_some_and(near)
    }
}

impl RefundSeen {
    /// The refund as the alert keeps it.
    #[must_use]
    pub fn kept(&self) -> Refund {
        Refund { id: self.id.clone(), amount: self.amount, at: self.at, way: Way::Refunded }
    }
}

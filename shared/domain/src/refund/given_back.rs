//! The meaning of a sale's refunds for an alert, whichever party made the refunds.

use jiff::Timestamp;

use super::{LeaseRefusal, RefundCause, RefundLedger};
use crate::alert::{Alert, ReviewReason};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::network::claim::Claim;
use crate::sale::{ProcessorRefund, RefundState, Sale};

/// The share of a sale that an alert disputes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputedShare {
    /// All that was captured.
    Whole,
    /// Less than the captured amount, in the sale's currency.
    Part(Money),
    /// An amount in another currency, or more than was captured.
    Unclear,
}

impl DisputedShare {
    /// Compares the disputed amount with the captured amount. The authorisation amount of a partial
    /// capture disputes the whole sale. The exact amount presented to the cardholder in another
    /// currency does, too. A part in another currency is unclear, because no exchange rate is at
    /// hand.
    #[must_use]
    pub fn from_claim_and_sale(claim: &Claim, sale: &Sale) -> Self {
        let (disputed, captured) = (claim.disputed_amount(), sale.amount);
        if disputed.minor > 0 && sale.presented == Some(disputed) {
            return Self::Whole;
        }
        if disputed.currency != captured.currency || disputed.minor == 0 {
            return Self::Unclear;
        }
        let authorised =
            sale.authorised_amount.filter(|authorised| authorised.minor > captured.minor);
        match disputed.minor.cmp(&captured.minor) {
            std::cmp::Ordering::Less => Self::Part(disputed),
            std::cmp::Ordering::Equal => Self::Whole,
            std::cmp::Ordering::Greater if authorised == Some(disputed) => Self::Whole,
            std::cmp::Ordering::Greater => Self::Unclear,
        }
    }
}

/// Finds the refund that gives back the disputed amount. A confirmed refund counts if the processor
/// made the refund since the alert came, or if the refund carries this alert's mark. Where several
/// confirmed refunds cover the amount together, the result is the latest with the sum. A single
/// pending refund of any date covers the amount, too. A refund with another alert's mark never
/// counts.
#[must_use]
pub fn find_covering_refund(
    claim: &Claim,
    received_at: Timestamp,
    sale: &Sale,
) -> Option<ProcessorRefund> {
    let this = Alert::id_from_claim(claim);
    let counts = |refund: &&ProcessorRefund| {
        may_be_for(refund, &this)
            && (is_made_since(refund, received_at) || is_marked_for(refund, &this))
    };
    let same_currency = |refund: &&ProcessorRefund| refund.amount.currency == sale.amount.currency;
    let refunds = || sale.standing.refunds.iter().filter(same_currency);
    let confirmed = || refunds().filter(|refund| refund.state == RefundState::Succeeded);
    let wanted = minor_units_to_cover(claim, sale, confirmed().filter(|refund| !counts(refund)));
    if wanted == 0 || sale.standing.failed {
        return None;
    }
    let covers = |refund: &&ProcessorRefund| refund.amount.minor >= wanted;
    if let Some(one) = confirmed().filter(counts).find(covers) {
        return Some(one.clone());
    }
    let together = sum_refunds(confirmed().filter(counts));
    if let Some(latest) =
        confirmed().filter(counts).max_by_key(|refund| refund.at).filter(|_| together >= wanted)
    {
        return Some(ProcessorRefund {
            amount: Money::new(together, sale.amount.currency),
            ..latest.clone()
        });
    }
    let pending = refunds()
        .filter(|refund| refund.state == RefundState::Pending && may_be_for(refund, &this));
    pending.into_iter().find(covers).cloned()
}

/// Returns the minor units that the counted refunds must give back. Refunds that do not count
/// reduce the amount only where the whole sale is disputed.
fn minor_units_to_cover<'a>(
    claim: &Claim,
    sale: &Sale,
    not_counted: impl Iterator<Item = &'a ProcessorRefund>,
) -> u64 {
    match DisputedShare::from_claim_and_sale(claim, sale) {
        DisputedShare::Part(disputed) => disputed.minor,
        DisputedShare::Whole => sale.amount.minor.saturating_sub(sum_refunds(not_counted)),
        DisputedShare::Unclear => sale.amount.minor,
    }
}

impl RefundLedger {
    /// Takes a lease that only looks for a refund of another party. The seal of the ledger does not
    /// forbid the look-up, because no refund follows.
    ///
    /// # Errors
    /// [`LeaseRefusal::Busy`] while another lease is live.
    pub fn take_lookup_lease(
        mut self,
        alert: &AlertId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Self, LeaseRefusal> {
        let sealed_for = std::mem::take(&mut self.sealed_for);
        Ok(Self { sealed_for, ..self.take_lease(alert, false, now, until)? })
    }

    /// Adopts a refund of another party as the result of the latest attempt, which no longer counts
    /// as automatic.
    #[must_use]
    pub fn adopt_refund(mut self) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.automatic = false;
        }
        self
    }
}

/// Finds another of our alerts for which the sale was refunded, by the ledger or by the mark in the
/// refund's metadata. Only the mark exists if the worker was killed after the refund and before the
/// ledger write.
#[must_use]
pub fn find_other_refunded_alert(
    ledger: &RefundLedger,
    sale: &Sale,
    this: &AlertId,
) -> Option<AlertId> {
    ledger
        .other_confirmed_alert(this)
        .cloned()
        .or_else(|| find_other_marked_alert(sale, this, &RefundState::Succeeded))
}

/// Finds another alert with a mark on a refund of this state.
pub(super) fn find_other_marked_alert(
    sale: &Sale,
    this: &AlertId,
    state: &RefundState,
) -> Option<AlertId> {
    let refunds = sale.standing.refunds.iter().filter(|refund| refund.state == *state);
    refunds.filter_map(|refund| refund.alert.as_deref()?.parse().ok()).find(|alert| alert != this)
}

/// Returns the review reason for a sale with a confirmed or pending refund, where the amount still
/// owed is uncertain.
#[must_use]
pub fn part_refunded_need(sale: &Sale) -> ReviewReason {
    let latest = live_refunds(sale).max_by_key(|refund| refund.at);
    ReviewReason::PartRefunded {
        refund: latest.map(|refund| refund.id.clone()).unwrap_or_default(),
        refunded_in_cents: sale.standing.refunded_minor_units(),
        remaining_in_cents: sale.remaining_amount().minor,
    }
}

/// Returns the refunds that are confirmed or pending.
pub(super) fn live_refunds(sale: &Sale) -> impl Iterator<Item = &ProcessorRefund> {
    sale.standing.refunds.iter().filter(|refund| !matches!(refund.state, RefundState::Failed(_)))
}

/// Checks whether the refund was made since the alert came. Processors report times in whole
/// seconds.
pub(crate) fn is_made_since(refund: &ProcessorRefund, received_at: Timestamp) -> bool {
    refund.at.as_second() >= received_at.as_second()
}

/// Checks whether the refund carries this alert's mark.
fn is_marked_for(refund: &ProcessorRefund, this: &AlertId) -> bool {
    refund.alert.as_deref() == Some(this.as_str())
}

/// Checks whether the refund may be for this alert, because no other alert's mark is on the refund.
fn may_be_for(refund: &ProcessorRefund, this: &AlertId) -> bool {
    !matches!(refund.refund_cause(), Some(RefundCause::Alert(alert)) if alert != *this)
}

fn sum_refunds<'a>(refunds: impl Iterator<Item = &'a ProcessorRefund>) -> u64 {
    refunds.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
}

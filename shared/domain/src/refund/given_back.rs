//! What the refunds of a sale mean for an alert about it, whoever made them.

use jiff::Timestamp;

use super::{LeaseRefusal, RefundCause, RefundLedger};
use crate::alert::{Alert, ReviewReason};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::network::claim::Claim;
use crate::sale::{ProcessorRefund, RefundState, Sale};

/// How much of a sale an alert disputes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputedShare {
    /// All that was captured.
    Whole,
    /// Less than was captured, in the sale's currency.
    Part(Money),
    /// Another currency, or more than was captured.
    Unclear,
}

impl DisputedShare {
    /// How much of the sale the claim disputes. The amount of an authorisation that was captured in
    /// part means all that was captured, and so does all that the cardholder was asked for in
    /// another currency, to the cent. Of a part in another currency the rate is not known.
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

/// The refund that gives back what the alert disputes, made since the alert came or still on its
/// way then: of several that do so together, the latest with their sum. Refunds for other alerts do
/// not count.
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
    let wanted = match DisputedShare::from_claim_and_sale(claim, sale) {
        DisputedShare::Part(disputed) => disputed.minor,
        DisputedShare::Whole => sale
            .amount
            .minor
            .saturating_sub(sum_refunds(confirmed().filter(|refund| !counts(refund)))),
        DisputedShare::Unclear => sale.amount.minor,
    };
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

impl RefundLedger {
    /// The ledger with the claim of an alert that only looks for a refund that somebody else made:
    /// no refund follows, so a ledger that was closed for the alert does not forbid the look.
    ///
    /// # Errors
    /// [`NotYours::Busy`] while another claim is live.
    pub fn take_lookup_lease(
        mut self,
        alert: &AlertId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Self, LeaseRefusal> {
        let sealed_for = std::mem::take(&mut self.sealed_for);
        Ok(Self { sealed_for, ..self.take_lease(alert, false, now, until)? })
    }

    /// The ledger whose latest attempt found a refund that somebody else made, and took it as it
    /// is.
    #[must_use]
    pub fn adopt_refund(mut self) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.automatic = false;
        }
        self
    }
}

/// Another alert of ours that the sale's money went back for: by the ledger, or by the refund's own
/// metadata where the worker that made the refund was killed before it could write.
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

/// Another alert that a refund of this state was made for, by the refund's own metadata.
pub(super) fn find_other_marked_alert(
    sale: &Sale,
    this: &AlertId,
    state: &RefundState,
) -> Option<AlertId> {
    let refunds = sale.standing.refunds.iter().filter(|refund| refund.state == *state);
    refunds.filter_map(|refund| refund.alert.as_deref()?.parse().ok()).find(|alert| alert != this)
}

/// The need of a person where money of the sale went back already, or is on its way, and how much
/// is still owed is not certain.
#[must_use]
pub fn part_refunded_need(sale: &Sale) -> ReviewReason {
    let latest = live_refunds(sale).max_by_key(|refund| refund.at);
    ReviewReason::PartRefunded {
        refund: latest.map(|refund| refund.id.clone()).unwrap_or_default(),
        refunded_in_cents: sale.standing.refunded_minor_units(),
        remaining_in_cents: sale.remaining_amount().minor,
    }
}

/// The refunds that stand, confirmed or on their way.
pub(super) fn live_refunds(sale: &Sale) -> impl Iterator<Item = &ProcessorRefund> {
    sale.standing.refunds.iter().filter(|refund| !matches!(refund.state, RefundState::Failed(_)))
}

/// Whether the refund was made since the alert came. Processors count whole seconds.
pub(crate) fn is_made_since(refund: &ProcessorRefund, received_at: Timestamp) -> bool {
    refund.at.as_second() >= received_at.as_second()
}

fn is_marked_for(refund: &ProcessorRefund, this: &AlertId) -> bool {
    refund.alert.as_deref() == Some(this.as_str())
}

/// Whether the refund may be for this alert: it is not marked for another one.
fn may_be_for(refund: &ProcessorRefund, this: &AlertId) -> bool {
    !matches!(refund.refund_cause(), Some(RefundCause::Alert(alert)) if alert != *this)
}

fn sum_refunds<'a>(refunds: impl Iterator<Item = &'a ProcessorRefund>) -> u64 {
    refunds.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
}

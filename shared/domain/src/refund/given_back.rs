//! What the refunds of a sale mean for an alert about it, whoever made them.

use jiff::Timestamp;

use super::{Cause, Ledger, NotYours};
use crate::alert::{Alert, Need};
use crate::basics::id::AlertId;
use crate::basics::money::Money;
use crate::network::claim::Claim;
use crate::sale::{RefundSeen, RefundState, Sale};

/// How much of a sale an alert disputes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disputed {
    /// All that was captured.
    Whole,
    /// Less than was captured, in the sale's currency.
    Part(Money),
    /// Another currency, or more than was captured.
    Unclear,
}

impl Disputed {
    /// How much of the sale the claim disputes. The amount of an authorisation that was captured in
    /// part means all that was captured, and so does all that the cardholder was asked for in
    /// another currency, to the cent. Of a part in another currency the rate is not known.
    #[must_use]
    pub fn of(claim: &Claim, sale: &Sale) -> Self {
        let (disputed, captured) = (claim.disputed(), sale.amount);
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
pub fn given_back(claim: &Claim, received_at: Timestamp, sale: &Sale) -> Option<RefundSeen> {
    let this = Alert::id_of(claim);
    let counts = |refund: &&RefundSeen| {
        is_for(refund, &this) && (is_since(refund, received_at) || is_own(refund, &this))
    };
    let same_currency = |refund: &&RefundSeen| refund.amount.currency == sale.amount.currency;
    let refunds = || sale.standing.refunds.iter().filter(same_currency);
    let confirmed = || refunds().filter(|refund| refund.state == RefundState::Succeeded);
    let wanted = match Disputed::of(claim, sale) {
        Disputed::Part(disputed) => disputed.minor,
        Disputed::Whole => {
            sale.amount.minor.saturating_sub(sum(confirmed().filter(|refund| !counts(refund))))
        }
        Disputed::Unclear => sale.amount.minor,
    };
    if wanted == 0 || sale.standing.failed {
        return None;
    }
    let covers = |refund: &&RefundSeen| refund.amount.minor >= wanted;
    if let Some(one) = confirmed().filter(counts).find(covers) {
        return Some(one.clone());
    }
    let together = sum(confirmed().filter(counts));
    if let Some(latest) =
        confirmed().filter(counts).max_by_key(|refund| refund.at).filter(|_| together >= wanted)
    {
        return Some(RefundSeen {
            amount: Money::new(together, sale.amount.currency),
            ..latest.clone()
        });
    }
    let pending =
        refunds().filter(|refund| refund.state == RefundState::Pending && is_for(refund, &this));
    pending.into_iter().find(covers).cloned()
}

impl Ledger {
    /// The ledger with the claim of an alert that only looks for a refund that somebody else made:
    /// no refund follows, so a ledger that was closed for the alert does not forbid the look.
    ///
    /// # Errors
    /// [`NotYours::Busy`] while another claim is live.
    pub fn claimed_to_look(
        mut self,
        alert: &AlertId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Self, NotYours> {
        let sealed_for = std::mem::take(&mut self.sealed_for);
        Ok(Self { sealed_for, ..self.claimed(alert, false, now, until)? })
    }

    /// The ledger whose latest attempt found a refund that somebody else made, and took it as it
    /// is.
    #[must_use]
    pub fn took_over(mut self) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.automatic = false;
        }
        self
    }
}

/// Another alert of ours that the sale's money went back for: by the ledger, or by the refund's own
/// metadata where the worker that made the refund was killed before it could write.
#[must_use]
pub fn refunded_for_another(ledger: &Ledger, sale: &Sale, this: &AlertId) -> Option<AlertId> {
    ledger
        .refunded_for(this)
        .cloned()
        .or_else(|| marked_for_another(sale, this, &RefundState::Succeeded))
}

/// Another alert that a refund of this state was made for, by the refund's own metadata.
pub(super) fn marked_for_another(
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
pub fn part_refunded(sale: &Sale) -> Need {
    let latest = live(sale).max_by_key(|refund| refund.at);
    Need::PartRefunded {
        refund: latest.map(|refund| refund.id.clone()).unwrap_or_default(),
        refunded_in_cents: sale.standing.refunded(),
        remaining_in_cents: sale.remaining().minor,
    }
}

/// The refunds that stand, confirmed or on their way.
pub(super) fn live(sale: &Sale) -> impl Iterator<Item = &RefundSeen> {
    sale.standing.refunds.iter().filter(|refund| !matches!(refund.state, RefundState::Failed(_)))
}

/// Whether the refund was made since the alert came. Processors count whole seconds.
pub(crate) fn is_since(refund: &RefundSeen, received_at: Timestamp) -> bool {
    refund.at.as_second() >= received_at.as_second()
}

fn is_own(refund: &RefundSeen, this: &AlertId) -> bool {
    refund.alert.as_deref() == Some(this.as_str())
}

/// Whether the refund may be for this alert: it is not marked for another one.
fn is_for(refund: &RefundSeen, this: &AlertId) -> bool {
    !matches!(refund.cause(), Some(Cause::Alert(alert)) if alert != *this)
}

fn sum<'a>(refunds: impl Iterator<Item = &'a RefundSeen>) -> u64 {
    refunds.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
}

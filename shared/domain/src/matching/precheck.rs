//! What makes an alert wrong from the start: refunding such a sale would destroy the right to a credit.

use jiff::Timestamp;

use super::Invalid;
use crate::alert::Alert;
use crate::claim::Claim;
use crate::id::AlertId;
use crate::sale::{RefundState, Sale, Standing};

/// Whether the alert was wrong when it came. `refunded_for` is the alert in whose name our ledger holds a confirmed
/// refund of the sale.
///
/// The first that holds is told: a failed sale (no money was taken, so nothing else can be true), a duplicate (our own
/// refund for another alert, more exact than "already refunded"), already refunded (money that went back is a fact
/// whatever a bank files after it), already charged back.
#[must_use]
pub fn pre_check(claim: &Claim, received_at: Timestamp, sale: &Sale, refunded_for: Option<&AlertId>) -> Option<Invalid> {
    let this = Alert::id_of(claim);
    let standing = &sale.standing;
    let dispute = standing.dispute.as_ref().filter(|dispute| dispute.opened < received_at && !dispute.refundable);
    let other = refunded_for.filter(|alert| **alert != this && !falls_short(claim, sale));
    if standing.failed {
        Some(Invalid::FailedSale)
    } else if let Some(of) = other {
        Some(Invalid::Duplicate { of: of.to_string() })
    } else if was_refunded(claim, received_at, sale, &this) || dispute.is_some_and(|dispute| dispute.prevented) {
        Some(Invalid::AlreadyRefunded)
    } else {
        dispute.map(|_| Invalid::AlreadyChargedBack)
    }
}

/// Whether the refunds made before, and not in the name of this alert, cover what is disputed. One that is only pending
/// does not count: a network hears REFUNDED of confirmed money only.
fn was_refunded(claim: &Claim, received_at: Timestamp, sale: &Sale, this: &AlertId) -> bool {
    let before = sum(sale, |refund| refund.at < received_at && refund.alert.as_deref() != Some(this.as_str()));
    covers(claim, sale, before)
}

/// Whether the sale's refunds are known and give back less than is disputed, so that the rest is another question.
fn falls_short(claim: &Claim, sale: &Sale) -> bool {
    let Standing { refunds, .. } = &sale.standing;
    !refunds.is_empty() && !covers(claim, sale, sum(sale, |_| true))
}

/// The disputed amount in the sale's currency, at most the sale; all of the sale for another currency.
fn covers(claim: &Claim, sale: &Sale, given_back: u64) -> bool {
    let disputed = claim.disputed();
    let comparable = disputed.currency == sale.amount.currency && disputed.minor > 0;
    let wanted = if comparable { disputed.minor.min(sale.amount.minor) } else { sale.amount.minor };
    given_back > 0 && given_back >= wanted
}

fn sum(sale: &Sale, counts: impl Fn(&crate::sale::RefundSeen) -> bool) -> u64 {
    let refunds = sale.standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded && counts(refund));
    let own = refunds.filter(|refund| refund.amount.currency == sale.amount.currency);
    own.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
}

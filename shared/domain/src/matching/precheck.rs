//! What makes an alert wrong from the start: refunding such a sale would destroy the right to a
//! credit.

use jiff::Timestamp;

use super::InvalidAlertReason;
use crate::alert::Alert;
use crate::basics::id::AlertId;
use crate::network::claim::Claim;
use crate::refund::{DisputedShare, find_covering_refund, is_made_since};
use crate::sale::{RefundState, Sale};

/// Whether the alert was wrong when it came. `refunded_for` is the alert in whose name our ledger
/// holds a confirmed refund of the sale.
///
/// The first that holds is told: a failed sale (no money was taken, so nothing else can be true), a
/// duplicate (our own refund for another alert, more exact than "already refunded"), already
/// refunded (money that went back is a fact whatever a bank files after it), already charged back.
/// Money that went back since the alert came is no fault of the alert.
#[must_use]
pub fn pre_check_alert(
    claim: &Claim,
    received_at: Timestamp,
    sale: &Sale,
    refunded_for: Option<&AlertId>,
) -> Option<InvalidAlertReason> {
    let this = Alert::id_from_claim(claim);
    let standing = &sale.standing;
    let dispute = standing
        .dispute
        .as_ref()
        .filter(|dispute| dispute.opened < received_at && !dispute.refundable);
    let other = refunded_for
        .filter(|alert| **alert != this && !is_short_of_full_refund(claim, sale, alert));
    if standing.failed {
        Some(InvalidAlertReason::FailedSale)
    } else if find_covering_refund(claim, received_at, sale).is_some() {
        None
    } else if let Some(of) = other {
        Some(InvalidAlertReason::Duplicate { of: of.to_string() })
    } else if was_fully_refunded(received_at, sale, &this)
        || dispute.is_some_and(|dispute| dispute.prevented)
    {
        Some(InvalidAlertReason::AlreadyRefunded)
    } else {
        dispute.map(|_| InvalidAlertReason::AlreadyChargedBack)
    }
}

/// Whether the refunds made before, and not in the name of this alert, give back all that was
/// captured: of a part, how much is still owed is another question. One that is only pending does
/// not count: a network hears REFUNDED of confirmed money only.
fn was_fully_refunded(received_at: Timestamp, sale: &Sale, this: &AlertId) -> bool {
    let before = sum_refunds(sale, |refund| {
        !is_made_since(refund, received_at) && refund.alert.as_deref() != Some(this.as_str())
    });
    before > 0 && before >= sale.amount.minor
}

/// Whether the sale's refunds give back less than was captured, so that the rest is another
/// question. Where none is known, that of another alert is taken to be of the whole. To an alert
/// that disputes a part only a refund of the whole is its own.
fn is_short_of_full_refund(claim: &Claim, sale: &Sale, of: &AlertId) -> bool {
    let is_part = matches!(DisputedShare::from_claim_and_sale(claim, sale), DisputedShare::Part(_));
    if sale.standing.refunds.is_empty() {
        return is_part;
    }
    sum_refunds(sale, |refund| !is_part || refund.alert.as_deref() == Some(of.as_str()))
        < sale.amount.minor
}

fn sum_refunds(sale: &Sale, counts: impl Fn(&crate::sale::ProcessorRefund) -> bool) -> u64 {
    let refunds = sale
        .standing
        .refunds
        .iter()
        .filter(|refund| refund.state == RefundState::Succeeded && counts(refund));
    let own = refunds.filter(|refund| refund.amount.currency == sale.amount.currency);
    own.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
}

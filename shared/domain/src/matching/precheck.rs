//! Pre-checks: reasons for which an alert was wrong on arrival. A refund of such a sale would
//! destroy the right to a credit.

use jiff::Timestamp;

use super::InvalidAlertReason;
use crate::alert::Alert;
use crate::basics::id::AlertId;
use crate::network::claim::Claim;
use crate::refund::{DisputedShare, find_covering_refund, is_made_since};
use crate::sale::{RefundState, Sale};

/// Returns the reason for which the alert was wrong on arrival. `refunded_for` is the alert with a
/// confirmed refund of the sale in our ledger.
///
/// The first reason that applies is returned:
///
/// - failed sale: no money was taken, which excludes all other reasons;
/// - duplicate: our own refund for another alert, more exact than "already refunded";
/// - already refunded: the money went back, regardless of later filings by a bank;
/// - already charged back.
///
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

/// Checks whether refunds from before the alert, without this alert's mark, give back all that was
/// captured. After a partial refund the amount still owed is a separate question. A pending refund
/// does not count: the answer REFUNDED needs confirmed money.
fn was_fully_refunded(received_at: Timestamp, sale: &Sale, this: &AlertId) -> bool {
    let before = sum_refunds(sale, |refund| {
        !is_made_since(refund, received_at) && refund.alert.as_deref() != Some(this.as_str())
    });
    before > 0 && before >= sale.amount.minor
}

/// Checks whether the refunds give back less than was captured, which leaves the rest open. Without
/// listed refunds, the refund for the other alert counts as whole, except where this alert disputes
/// a part. For a disputed part, only refunds with the other alert's mark count.
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

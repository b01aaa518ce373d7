//! Rivals: other alerts that may be about the same sale without a common identifier.

use domain::alert::Alert;
use domain::basics::id::AlertId;
use domain::network::claim::may_be_same_payment;
use domain::refund::has_strong_evidence;
use domain::sale::Sale;
use store::{Store, StoreError};

/// Finds another alert of the same card, amount and days that gave money back, possibly for this
/// payment.
///
/// A refund for another alert of this sale is in the ledger already, and makes no rival. A rival
/// without a named sale may be about this payment. A rival with another sale leaves a refunded
/// twin: only strong evidence, which hardly any other payment shares, proves which twin this alert
/// means.
pub(crate) async fn find_rival(
    store: &Store,
    alert: &Alert,
    sale: &Sale,
) -> Result<Option<AlertId>, StoreError> {
    let proved = alert.sale().is_some_and(has_strong_evidence);
    for id in store.alerts_like_claim(&alert.organisation, &alert.claim).await? {
        if id == alert.id {
            continue;
        }
        let Some(other) = store.read_alert(&id).await? else { continue };
        let gave_back = other.settlement().is_some_and(|done| done.refund.is_some());
        let is_twin = !proved && other.sale().is_some_and(|named| named.sale.id != sale.id);
        let names_this = other
            .sale()
            .is_none_or(|named| named.sale.id == sale.id && named.sale.payment.is_none());
        if gave_back && (names_this || is_twin) && may_be_same_payment(&alert.claim, &other.claim) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

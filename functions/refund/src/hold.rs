//! Holds a payment before money is asked for, against whoever reaches the same payment by another
//! ledger.

use domain::basics::time::after;
use domain::refund::{Attempted, Hold, Ledger};
use domain::sale::Payment;
use flows::Failure;
use jiff::Timestamp;
use partners::Processor;
use store::StoreError;

use crate::Refunds;

impl Refunds {
    /// Whether what was seen until now may be old: another ledger held the payment, and its worker
    /// may have asked for money.
    pub(crate) async fn hold(
        &self,
        claimed: &Ledger,
        processor: &Processor,
        payment: Option<&Payment>,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let (Some(scope), Some(payment)) = (processor.hold_scope(), payment) else {
            return Ok(false);
        };
        let old = self.store.payment_hold(&scope, &payment.reference).await?;
        match Hold::taken(old.as_ref(), &claimed.sale, now, after(now, self.claim_seconds)) {
            Ok(hold) => {
                self.store.take_hold(&scope, &payment.reference, &hold, now).await?;
                Ok(hold.was_anothers(old.as_ref()))
            }
            Err(busy) => {
                self.store.enter(&claimed.clone().recorded(Attempted::NotAsked)).await?;
                Err(StoreError::from(busy).into())
            }
        }
    }
}

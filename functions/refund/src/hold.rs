//! The hold on a payment, taken before a refund call. The hold excludes workers that reach the same
//! payment through another ledger.

use domain::basics::time::add_seconds;
use domain::refund::{AttemptResult, PaymentHold, RefundLedger};
use domain::sale::ProcessorPayment;
use flows::StageFailure;
use jiff::Timestamp;
use partners::ProcessorClient;
use store::StoreError;

use crate::RefundWorker;

impl RefundWorker {
    /// Takes the hold on the payment. Returns whether another ledger had the hold before: that
    /// ledger's worker may have refunded, and the last read is stale.
    ///
    /// A live hold of another ledger releases the lease and returns the message to the queue.
    pub(crate) async fn hold_payment(
        &self,
        claimed: &RefundLedger,
        processor: &ProcessorClient,
        payment: Option<&ProcessorPayment>,
        now: Timestamp,
    ) -> Result<bool, StageFailure> {
        let (Some(scope), Some(payment)) = (processor.hold_scope(), payment) else {
            return Ok(false);
        };
        let old = self.store.read_payment_hold(&scope, &payment.reference).await?;
        match PaymentHold::acquire_or_renew(
            old.as_ref(),
            &claimed.sale,
            now,
            add_seconds(now, self.claim_seconds),
        ) {
            Ok(hold) => {
                self.store.commit_payment_hold(&scope, &payment.reference, &hold, now).await?;
                Ok(hold.was_held_by_another(old.as_ref()))
            }
            Err(busy) => {
                self.store
                    .commit_ledger(&claimed.clone().record_result(AttemptResult::NotAsked))
                    .await?;
                Err(StoreError::from(busy).into())
            }
        }
    }
}

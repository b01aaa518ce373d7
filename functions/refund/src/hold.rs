//! Holds a payment before money is asked for, against whoever reaches the same payment by another
//! ledger.

use domain::basics::time::add_seconds;
use domain::refund::{AttemptResult, PaymentHold, RefundLedger};
use domain::sale::ProcessorPayment;
use flows::StageFailure;
use jiff::Timestamp;
use partners::ProcessorClient;
use store::StoreError;

use crate::RefundWorker;

impl RefundWorker {
    /// Whether what was seen until now may be old: another ledger held the payment, and its worker
    /// may have asked for money.
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

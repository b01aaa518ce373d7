//! The lease on the ledger of an alert's sale. The worker takes the lease before any call to the
//! processor.

use domain::alert::{Alert, Decision};
use domain::basics::time::add_seconds;
use domain::matching::setup::EnrolmentSetup;
use domain::refund::{LeaseRefusal, RefundLedger};
use domain::sale::Sale;
use flows::StageFailure;
use partners::ProcessorClient;
use runtime::MessageJob;

use crate::RefundWorker;

impl RefundWorker {
    /// Returns the alert's sale and the processor that has the payment, or `None` without a
    /// callable processor.
    pub(crate) async fn sale_at_processor(
        &self,
        setup: &EnrolmentSetup,
        alert: &Alert,
        job: &MessageJob,
    ) -> Result<Option<(Sale, ProcessorClient)>, StageFailure> {
        let Some(sale) = alert.sale().map(|one| one.sale.clone()) else { return Ok(None) };
        let Some(payment) = &sale.payment else { return Ok(None) };
        let processor = self.processors.processor_of_payment(setup, payment, job.now).await?;
        Ok(processor.map(|processor| (sale, processor)))
    }

    /// Takes the lease on the sale's ledger, and stores the ledger. A decision that rests on
    /// another refund takes a lease for look-ups only. Returns `None` if the ledger was sealed for
    /// this alert.
    pub(crate) async fn lease_ledger(
        &self,
        alert: &Alert,
        sale: &Sale,
        address: Option<String>,
        job: &MessageJob,
    ) -> Result<Option<RefundLedger>, StageFailure> {
        let (decision, until) = (alert.decision(), add_seconds(job.now, self.claim_seconds));
        let ledger = self.store.read_ledger(&sale.id).await?;
        let claimed = if decision.is_some_and(Decision::rests_on_other_refund) {
            ledger.take_lookup_lease(&alert.id, job.now, until)
        } else {
            ledger.take_lease(
                &alert.id,
                decision.is_some_and(Decision::is_automatic),
                job.now,
                until,
            )
        };
        match claimed {
            Ok(ledger) => {
                let ledger = ledger.with_endpoint(address);
                self.store.commit_ledger(&ledger).await?;
                Ok(Some(ledger))
            }
            Err(LeaseRefusal::Sealed) => Ok(None),
            Err(busy @ LeaseRefusal::Busy { .. }) => Err(store::StoreError::from(busy).into()),
        }
    }
}

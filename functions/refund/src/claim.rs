//! Wins the claim on an alert's sale, before any call to its processor.

use domain::alert::{Alert, Decision};
use domain::basics::time::after;
use domain::matching::setup::Setup;
use domain::refund::{Ledger, NotYours};
use domain::sale::Sale;
use flows::Failure;
use partners::Processor;
use runtime::Job;

use crate::Refunds;

impl Refunds {
    /// The sale and the processor that holds it.
    pub(crate) async fn at_processor(
        &self,
        setup: &Setup,
        alert: &Alert,
        job: &Job,
    ) -> Result<Option<(Sale, Processor)>, Failure> {
        let Some(sale) = alert.sale().map(|one| one.sale.clone()) else { return Ok(None) };
        let Some(payment) = &sale.payment else { return Ok(None) };
        let processor = self.processors.holding(setup, payment, job.now).await?;
        Ok(processor.map(|processor| (sale, processor)))
    }

    /// Wins the claim on the sale; nothing where its ledger was closed for this alert.
    pub(crate) async fn claimed(
        &self,
        alert: &Alert,
        sale: &Sale,
        address: Option<String>,
        job: &Job,
    ) -> Result<Option<Ledger>, Failure> {
        let (decision, until) = (alert.decision(), after(job.now, self.claim_seconds));
        let ledger = self.store.ledger(&sale.id).await?;
        let claimed = if decision.is_some_and(Decision::rests_on_another) {
            ledger.claimed_to_look(&alert.id, job.now, until)
        } else {
            ledger.claimed(&alert.id, decision.is_some_and(Decision::is_automatic), job.now, until)
        };
        match claimed {
            Ok(ledger) => {
                let ledger = ledger.at_place(address);
                self.store.enter(&ledger).await?;
                Ok(Some(ledger))
            }
            Err(NotYours::Sealed) => Ok(None),
            Err(busy @ NotYours::Busy { .. }) => Err(store::StoreError::from(busy).into()),
        }
    }
}

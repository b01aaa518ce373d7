//! The negative-list entries for the customer, written before the alert moves on. A retry after a
//! crash writes the same entries.

use domain::rules::ruleset::NeededPurchaseDetails;
use flows::StageFailure;
use flows::negative_list::{find_lister, list_customer};
use partners::{PartnerError, Payer};

use crate::RefundAttempt;

impl RefundAttempt<'_> {
    /// Lists the customer, if the organisation or the ruleset requests an entry. A failure is
    /// retried while the answer can wait, then logged.
    pub(crate) async fn list_customer(&self) -> Result<(), StageFailure> {
        match self.put_on_negative_list().await {
            Err(failure) if self.has_time() => Err(failure),
            Err(failure) => {
                tracing::error!(alert = %self.alert.id, "Customer could not be listed: {failure}");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Reads the payer and writes the entries. If the processor cannot name the payer, the entries
    /// use the order and the card.
    async fn put_on_negative_list(&self) -> Result<(), StageFailure> {
        let store = &self.refunds.store;
        let Some(by) = find_lister(store, &self.alert).await? else { return Ok(()) };
        let payer = match self.read_payer().await {
            Ok(payer) => payer,
            Err(error) if self.can_retry(&error) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(alert = %self.alert.id, "Processor does not tell who paid: {error}");
                Payer::default()
            }
        };
        list_customer(
            store,
            self.refunds.processors.secrets(),
            &self.alert,
            (by, payer),
            self.job.now,
        )
        .await
    }

    /// Reads the payer at the processor. The data is read only now and never stored.
    async fn read_payer(&self) -> Result<Payer, PartnerError> {
        let Some(payment) = &self.sale.payment else { return Ok(Payer::default()) };
        let bought = self
            .processor
            .read_purchase(
                payment,
                NeededPurchaseDetails { customer: true, ..NeededPurchaseDetails::default() },
            )
            .await?;
        Ok(Payer { email: bought.customer_email, ..self.processor.read_payer(payment).await? })
    }
}

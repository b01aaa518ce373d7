//! Puts the customer on the negative list, before the alert moves on: a kill in between does it
//! again.

use domain::rules::ruleset::NeededPurchaseDetails;
use flows::StageFailure;
use flows::negative_list::{find_lister, list_customer};
use partners::{PartnerError, Payer};

use crate::RefundAttempt;

impl RefundAttempt<'_> {
    /// Lists the customer, where the organisation or the ruleset wants that. What cannot be listed
    /// holds up no answer for long.
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

    /// Who paid, as the processor has it: asked for only now, and kept nowhere.
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

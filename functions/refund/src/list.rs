//! Puts the customer on the negative list, before the alert moves on: a kill in between does it
//! again.

use domain::rules::ruleset::Wanted;
use flows::Failure;
use flows::negative_list::{list_customer, lister};
use partners::{PartnerError, Payer};

use crate::Work;

impl Work<'_> {
    /// Lists the customer, where the organisation or the ruleset wants that. What cannot be listed
    /// holds up no answer for long.
    pub(crate) async fn listed(&self) -> Result<(), Failure> {
        match self.put_on_list().await {
            Err(failure) if self.has_time() => Err(failure),
            Err(failure) => {
                tracing::error!(alert = %self.alert.id, "Customer could not be listed: {failure}");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn put_on_list(&self) -> Result<(), Failure> {
        let store = &self.refunds.store;
        let Some(by) = lister(store, &self.alert).await? else { return Ok(()) };
        let payer = match self.payer().await {
            Ok(payer) => payer,
            Err(error) if self.may_try_again(&error) => return Err(error.into()),
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
    async fn payer(&self) -> Result<Payer, PartnerError> {
        let Some(payment) = &self.sale.payment else { return Ok(Payer::default()) };
        let bought = self
            .processor
            .purchase(payment, Wanted { customer: true, ..Wanted::default() })
            .await?;
        Ok(Payer { email: bought.customer_email, ..self.processor.payer(payment).await? })
    }
}

//! What a look at the payment says of its integration: whether the processor answers, and whether it takes our credentials.

use domain::account::Integration;
use domain::alert::{Decision, Need};
use partners::PartnerError;
use runtime::{Failure, health};

use crate::Work;

/// A processor that does not answer so many deliveries of a message is out of reach.
const DELIVERIES_TO_ANSWER: u32 = 3;

impl Work<'_> {
    fn integration(&self) -> Option<&Integration> {
        self.sale.payment.as_ref().and_then(|payment| self.setup.integration(&payment.integration))
    }

    /// The processor showed the payment.
    pub(crate) async fn note_answer(&self) -> Result<(), Failure> {
        match self.integration() {
            Some(integration) => Ok(health::note_answer(&self.refunds.store, integration, self.job.now).await?),
            None => Ok(()),
        }
    }

    /// The processor did not show the payment: noted where it rejects our credentials, or has not answered for long.
    pub(crate) async fn note_outage(&self, error: &PartnerError) -> Result<(), Failure> {
        let is_outage = *error == PartnerError::Unauthorised || (error.may_pass() && self.job.deliveries >= DELIVERIES_TO_ANSWER);
        match self.integration().filter(|_| is_outage) {
            Some(integration) => Ok(health::note_failure(&self.refunds.store, integration, error, self.job.now).await?),
            None => Ok(()),
        }
    }

    /// Why a refund cannot go on that its processor refuses to be asked about. What the rules decided waits for new
    /// credentials, since the rules decide it again; a person's order does not come back by itself.
    pub(crate) async fn refused(&self, error: &PartnerError) -> Result<Need, Failure> {
        let is_the_rules = self.alert.decision().is_some_and(Decision::is_automatic);
        let waits = is_the_rules && *error == PartnerError::Unauthorised;
        let Some(integration) = self.integration().filter(|_| waits) else {
            return Ok(Need::RefundFailed { reason: error.to_string() });
        };
        self.refunds.store.put_waiting(&self.alert).await?; // before it waits: a pass that begins then finds it
        let code = health::outage(error);
        Ok(Need::ProcessorUnavailable { integration: integration.id.clone(), code, message: error.to_string() })
    }
}

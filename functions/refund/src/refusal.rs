//! A processor that rejects our credentials: its integration says so, and administrators hear of it.

use partners::PartnerError;
use runtime::{Failure, health};

use crate::Work;

impl Work<'_> {
    /// A processor that rejects our credentials is noted with its integration.
    pub(crate) async fn note_refusal(&self, error: &PartnerError) -> Result<(), Failure> {
        let (store, payment) = (&self.refunds.store, self.sale.payment.as_ref());
        let Some(payment) = payment.filter(|_| *error == PartnerError::Unauthorised) else { return Ok(()) };
        match store.record(payment.integration.as_str()).await? {
            Some(integration) => Ok(health::note_failure(store, &integration, error, self.job.now).await?),
            None => Ok(()),
        }
    }
}

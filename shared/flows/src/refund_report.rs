//! Reports on refunds, applied to the alerts and manual refunds for which the refunds were made.
//!
//! A processor's event only triggers a read; no content of an event is stored. For an open alert or
//! manual refund, the refund stage re-checks the payment. For a closed alert or manual refund, the
//! payment is read here, and the processor's list decides.

mod settled;

use domain::account::Integration;
use domain::alert::{Alert, HistoryActor};
use domain::basics::id::{AlertId, HandRefundId, OrganisationId};
use domain::refund::RefundCause;
use domain::refund::manual::{ManualRefund, ManualRefundState, RefundRefusal};
use domain::sale::{ProcessorRefund, RefundState, Sale};
use jiff::Timestamp;
use store::Store;

use crate::{ProcessorClients, StageFailure};

/// A processor's report on a refund of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReport {
    pub cause: RefundCause,
    /// The processor's id of the refund.
    pub id: String,
    pub state: RefundState,
    /// The acquirer's reference of the refund (ARN), once available.
    pub arn: Option<String>,
}

impl RefundReport {
    /// Reads the report from a refund with our mark. Returns `None` for a refund of another party.
    #[must_use]
    pub fn from_refund(refund: &ProcessorRefund) -> Option<Self> {
        refund.refund_cause().map(|cause| Self {
            cause,
            id: refund.id.clone(),
            state: refund.state.clone(),
            arn: refund.arn.clone(),
        })
    }

    /// Checks whether the report would change a settled alert. Only then is the payment worth a
    /// call.
    fn is_news_to_alert(&self, alert: &Alert) -> bool {
        let is_own = alert.rests_on_refund(&self.id);
        match &self.state {
            // a repeated report may finish the work of a killed worker
            RefundState::Failed(_) => is_own,
            RefundState::Succeeded
                if alert.settlement().is_some() && (!is_own || alert.has_failed_refund()) =>
            {
                true
            }
            RefundState::Pending | RefundState::Succeeded => is_own && self.arn.is_some(),
        }
    }

    /// Checks whether the report would change a closed manual refund.
    fn is_news_to_refund(&self, asked: &ManualRefund) -> bool {
        let is_failed = matches!(self.state, RefundState::Failed(_));
        match &asked.state {
            ManualRefundState::Succeeded { .. } => is_failed || self.arn.is_some(),
            ManualRefundState::Failed { .. }
            | ManualRefundState::Refused { why: RefundRefusal::TooLate } => !is_failed,
            _ => false,
        }
    }
}

/// The handler of reports, with the organisation of the refunds.
#[derive(Debug, Clone, Copy)]
struct ReportHandler<'a> {
    store: &'a Store,
    organisation: &'a OrganisationId,
    now: Timestamp,
}

/// The reason for the read of the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportSource {
    /// A processor's event.
    Event,
    /// A worker's read under the lease on the sale's ledger. That worker writes the ledger.
    Look,
}

/// A refund, as the processor lists the refund.
#[derive(Debug, Clone, Copy)]
struct ListedRefund<'a> {
    refund: &'a ProcessorRefund,
    source: ReportSource,
}

/// Applies a processor's report on a refund of ours. An open alert or manual refund is re-checked;
/// for a closed alert or manual refund, the payment is read.
///
/// # Errors
/// [`StageFailure`] if the store or the processor does not answer, or on a conflicting write.
pub async fn apply_report(
    store: &Store,
    processors: &ProcessorClients,
    integration: &Integration,
    word: &RefundReport,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let reports = ReportHandler { store, organisation: &integration.organisation, now };
    match &word.cause {
        // boxed: a worker's stack is small
        RefundCause::Alert(id) => Box::pin(reports.report_to_alert(processors, id, word)).await,
        RefundCause::Hand(id) => {
            Box::pin(reports.report_to_manual_refund(processors, id, word)).await
        }
    }
}

/// Applies a read of a sale to all alerts and manual refunds with a listed refund, apart from the
/// reader's own cause.
///
/// # Errors
/// [`StageFailure`] if the store does not answer, or on a conflicting write.
pub async fn apply_payment_read(
    store: &Store,
    organisation: &OrganisationId,
    (sale, reader): (&Sale, &RefundCause),
    now: Timestamp,
) -> Result<(), StageFailure> {
    let reports = ReportHandler { store, organisation, now };
    for refund in &sale.standing.refunds {
        let Some(cause) = refund.refund_cause().filter(|cause| cause != reader) else { continue };
        let listed = ListedRefund { refund, source: ReportSource::Look };
        match &cause {
            RefundCause::Alert(id) => {
                if let Some(alert) = reports.load_alert(id).await?.filter(is_settled) {
                    Box::pin(reports.apply_to_settled_alert(alert, listed)).await?;
                }
            }
            RefundCause::Hand(id) => {
                if let Some(asked) = reports.load_manual_refund(id).await? {
                    Box::pin(reports.apply_to_manual_refund(asked, listed)).await?;
                }
            }
        }
    }
    Ok(())
}

/// Checks whether every automatic action for the alert is done.
fn is_settled(alert: &Alert) -> bool {
    alert.settlement().is_some() || alert.unreported_settlement().is_some()
}

impl ReportHandler<'_> {
    /// Loads the alert, if the alert belongs to the organisation.
    async fn load_alert(&self, id: &AlertId) -> Result<Option<Alert>, StageFailure> {
        Ok(self
            .store
            .read_alert(id)
            .await?
            .filter(|alert| alert.organisation == *self.organisation))
    }

    /// Loads the manual refund, if the refund belongs to the organisation.
    async fn load_manual_refund(
        &self,
        id: &HandRefundId,
    ) -> Result<Option<ManualRefund>, StageFailure> {
        Ok(self
            .store
            .read_manual_refund(id)
            .await?
            .filter(|asked| asked.organisation == *self.organisation))
    }

    /// Re-checks an open alert, or reads the payment of a settled alert and applies the listed
    /// refund.
    async fn report_to_alert(
        &self,
        processors: &ProcessorClients,
        id: &AlertId,
        word: &RefundReport,
    ) -> Result<(), StageFailure> {
        let Some(alert) = self.load_alert(id).await? else { return Ok(()) };
        if !is_settled(&alert) {
            return self.recheck_alert(alert).await;
        }
        let sale =
            alert.sale().filter(|_| word.is_news_to_alert(&alert)).map(|found| found.sale.clone());
        let Some(refund) =
            Box::pin(self.read_listed_refund(processors, sale.as_ref(), word)).await?
        else {
            return Ok(());
        };
        Box::pin(self.apply_to_settled_alert(
            alert,
            ListedRefund { refund: &refund, source: ReportSource::Event },
        ))
        .await
    }

    /// Re-checks an open manual refund, or reads the payment of a closed manual refund and applies
    /// the listed refund.
    async fn report_to_manual_refund(
        &self,
        processors: &ProcessorClients,
        id: &HandRefundId,
        word: &RefundReport,
    ) -> Result<(), StageFailure> {
        let Some(asked) = self.load_manual_refund(id).await? else { return Ok(()) };
        if !asked.is_over() {
            return self.wake_manual_refund(asked, &word.state).await;
        }
        let sale = Some(&asked.sale).filter(|_| word.is_news_to_refund(&asked));
        let Some(refund) = Box::pin(self.read_listed_refund(processors, sale, word)).await? else {
            return Ok(());
        };
        Box::pin(self.apply_to_manual_refund(
            asked,
            ListedRefund { refund: &refund, source: ReportSource::Event },
        ))
        .await
    }

    /// Returns the alert to the refund stage, if the alert waits for a re-check.
    async fn recheck_alert(&self, alert: Alert) -> Result<(), StageFailure> {
        match alert.begin_recheck(HistoryActor::Processor, self.now) {
            Ok(again) => Ok(self.store.commit(&again).await?),
            Err(_) => Ok(()), // nothing to re-check
        }
    }

    /// Applies a listed refund to a manual refund: a late failure, an acquirer's reference, or a
    /// late success.
    async fn apply_to_manual_refund(
        &self,
        asked: ManualRefund,
        listed: ListedRefund<'_>,
    ) -> Result<(), StageFailure> {
        let state = &listed.refund.state;
        match &asked.state {
            ManualRefundState::Succeeded { refund: told }
                if is_reported_refund(&asked, &told.id, listed.refund) =>
            {
                let own = told.id.clone();
                match state {
                    RefundState::Failed(reason) => {
                        self.fail_manual_refund(asked, &own, reason, listed.source).await
                    }
                    RefundState::Pending | RefundState::Succeeded => {
                        self.add_manual_reference(asked, &own, listed.refund).await
                    }
                }
            }
            ManualRefundState::Failed { .. } if *state == RefundState::Succeeded => {
                self.recheck_manual_refund(asked).await
            }
            ManualRefundState::Failed { .. } | ManualRefundState::Refused { .. }
                if listed.source == ReportSource::Event =>
            {
                self.wake_manual_refund(asked, state).await
            }
            _ => Ok(()),
        }
    }

    /// Wakes the refund stage for a manual refund, if the report may change the refund.
    async fn wake_manual_refund(
        &self,
        asked: ManualRefund,
        state: &RefundState,
    ) -> Result<(), StageFailure> {
        match asked.apply_processor_report(state, self.now) {
            Some(again) => Ok(self.store.commit_manual_refund(&again).await?),
            None => Ok(()), // nothing to re-check
        }
    }
}

/// Checks whether the listed refund is the recorded refund. A declared refund without a reference
/// has our own id, and is identified by our mark.
fn is_reported_refund(asked: &ManualRefund, told: &str, refund: &ProcessorRefund) -> bool {
    told == refund.id
        || (told == asked.id.as_str()
            && refund.refund_cause() == Some(RefundCause::from(&asked.id)))
}

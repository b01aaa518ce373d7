//! Reports on refunds: what they mean to the alerts and refunds by hand that the refunds were made
//! for.
//!
//! An event only wakes a look. Nothing that an event says is written down: whoever waits is
//! re-checked by the refund stage, and for what is over the payment is read here, and its list
//! counts.

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

/// What an event says of a refund that was made for a cause of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReport {
    pub cause: RefundCause,
    /// The processor's id of the refund.
    pub id: String,
    pub state: RefundState,
    /// The acquirer's reference of the refund, once it is known.
    pub arn: Option<String>,
}

impl RefundReport {
    /// What a refund says by its own mark; nothing where it is not ours.
    #[must_use]
    pub fn from_refund(refund: &ProcessorRefund) -> Option<Self> {
        refund.refund_cause().map(|cause| Self {
            cause,
            id: refund.id.clone(),
            state: refund.state.clone(),
            arn: refund.arn.clone(),
        })
    }

    /// Whether it would change an alert that was settled: only then is the payment worth a call.
    fn is_news_to_alert(&self, alert: &Alert) -> bool {
        let is_own = alert.rests_on_refund(&self.id);
        match &self.state {
            // told again, it may find what a killed worker left
            RefundState::Failed(_) => is_own,
            RefundState::Succeeded
                if alert.settlement().is_some() && (!is_own || alert.has_failed_refund()) =>
            {
                true
            }
            RefundState::Pending | RefundState::Succeeded => is_own && self.arn.is_some(),
        }
    }

    /// The same of a refund by hand that is over.
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

/// Where reports on refunds are applied, and whose they are.
#[derive(Debug, Clone, Copy)]
struct ReportHandler<'a> {
    store: &'a Store,
    organisation: &'a OrganisationId,
    now: Timestamp,
}

/// Why the payment was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportSource {
    /// An event said that something had happened.
    Event,
    /// The reader holds the sale's claim, and writes its ledger itself.
    Look,
}

/// A refund as its processor lists it.
#[derive(Debug, Clone, Copy)]
struct ListedRefund<'a> {
    refund: &'a ProcessorRefund,
    source: ReportSource,
}

/// An event says that a refund of ours has a new state: whoever waits for it is re-checked; for
/// what is over the payment is read.
///
/// # Errors
/// [`Failure`] where the store or the processor does not answer, or somebody else wrote first.
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

/// Applies what a look at a sale shows of refunds that were made for others than the one that
/// looks.
///
/// # Errors
/// [`Failure`] where the store does not answer, or somebody else wrote first.
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

/// Whether all is done for the alert that is going to be done by itself.
fn is_settled(alert: &Alert) -> bool {
    alert.settlement().is_some() || alert.unreported_settlement().is_some()
}

impl ReportHandler<'_> {
    async fn load_alert(&self, id: &AlertId) -> Result<Option<Alert>, StageFailure> {
        Ok(self
            .store
            .read_alert(id)
            .await?
            .filter(|alert| alert.organisation == *self.organisation))
    }

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

    async fn recheck_alert(&self, alert: Alert) -> Result<(), StageFailure> {
        match alert.begin_recheck(HistoryActor::Processor, self.now) {
            Ok(again) => Ok(self.store.commit(&again).await?),
            Err(_) => Ok(()), // nothing waits for it
        }
    }

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

    /// Asks for the refund stage again, where anything may come of it.
    async fn wake_manual_refund(
        &self,
        asked: ManualRefund,
        state: &RefundState,
    ) -> Result<(), StageFailure> {
        match asked.apply_processor_report(state, self.now) {
            Some(again) => Ok(self.store.commit_manual_refund(&again).await?),
            None => Ok(()), // nothing waits for it
        }
    }
}

/// Whether it is the refund that was told of. Where a person named no refund, it goes by our own
/// id, and our mark tells which it is.
fn is_reported_refund(asked: &ManualRefund, told: &str, refund: &ProcessorRefund) -> bool {
    told == refund.id
        || (told == asked.id.as_str()
            && refund.refund_cause() == Some(RefundCause::from(&asked.id)))
}

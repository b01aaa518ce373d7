//! Changes of a refund after the alert was settled, or after the manual refund was closed. Only the
//! processor's list counts.

use std::slice::from_ref;

use domain::account::Integration;
use domain::alert::{Alert, HistoryActor};
use domain::refund::manual::ManualRefund;
use domain::refund::{AttemptResult, RefundCause};
use domain::sale::{ProcessorRefund, RefundState, Sale, SaleId};

use super::{ListedRefund, RefundReport, ReportHandler, ReportSource};
use crate::tenant_warning::{is_at_own_endpoint, warn_tenant};
use crate::{ProcessorClients, StageFailure};

impl ReportHandler<'_> {
    /// Applies a listed refund to a settled alert: the refund changes, the answer does not.
    pub(super) async fn apply_to_settled_alert(
        &self,
        alert: Alert,
        listed: ListedRefund<'_>,
    ) -> Result<(), StageFailure> {
        let refund = listed.refund;
        let (is_own, is_settled) =
            (alert.rests_on_refund(&refund.id), alert.settlement().is_some());
        match &refund.state {
            RefundState::Failed(reason) if is_own => {
                let sale = alert.sale().map(|found| found.sale.clone());
                self.fail_in_ledger(
                    sale.as_ref().map(|sale| &sale.id),
                    &refund.id,
                    reason,
                    listed.source,
                )
                .await?;
                self.fail_alert_refund(alert, &refund.id, reason).await?;
                self.fail_other_alerts(sale.as_ref(), &refund.id, reason).await
            }
            RefundState::Succeeded if is_settled && (!is_own || alert.has_failed_refund()) => {
                self.confirm_refund(alert, is_own, listed).await
            }
            _ if is_own => self.add_reference(alert, refund).await,
            _ => Ok(()),
        }
    }

    /// Records that the refund of a settled alert failed. If the network has no answer yet, the
    /// alert is reopened instead.
    async fn fail_alert_refund(
        &self,
        alert: Alert,
        refund: &str,
        reason: &str,
    ) -> Result<(), StageFailure> {
        if let Ok(doubted) =
            alert.clone().reopen_failed_refund(refund, reason, HistoryActor::Processor, self.now)
        {
            return Ok(self.store.commit(&doubted).await?);
        }
        let Ok(failed) = alert.record_failed_refund(reason, HistoryActor::Processor, self.now)
        else {
            return Ok(());
        };
        if self.is_tenant_controlled(&failed).await? {
            warn_tenant(self.organisation, "REFUND_FAILED_LATE", failed.id.as_str(), reason);
        } else {
            tracing::error!(alert = %failed.id, refund, "Refund failed after the answer: {reason}");
        }
        Ok(self.store.commit(&failed).await?)
    }

    /// Records the failure on the other alerts about the sale that reported this refund to a
    /// network.
    async fn fail_other_alerts(
        &self,
        sale: Option<&Sale>,
        refund: &str,
        reason: &str,
    ) -> Result<(), StageFailure> {
        let Some(sale) = sale else { return Ok(()) };
        for id in self.store.alerts_near_sales(self.organisation, from_ref(sale)).await? {
            let alert =
                self.store.read_alert(&id).await?.filter(|alert| alert.rests_on_refund(refund));
            if let Some(alert) =
                alert.filter(|alert| alert.sale().is_some_and(|found| found.sale.id == sale.id))
            {
                self.fail_alert_refund(alert, refund, reason).await?;
            }
        }
        Ok(())
    }

    /// Records a confirmed refund on an alert that was settled without a refund, or after an
    /// earlier refund failed.
    async fn confirm_refund(
        &self,
        alert: Alert,
        is_own: bool,
        listed: ListedRefund<'_>,
    ) -> Result<(), StageFailure> {
        let Some(sale) = alert.sale().map(|found| found.sale.id.clone()) else { return Ok(()) };
        let refund = listed.refund.to_refund_record();
        let ledger = self
            .store
            .read_ledger(&sale)
            .await?
            .with_confirmed_refund(&RefundCause::from(&alert.id), &refund);
        if !is_own && ledger.is_some() {
            // only a refund that our ledger began: another party may copy our mark onto a refund
            self.report_made_late(&alert, &refund.id).await?;
        }
        if let (Some(ledger), ReportSource::Event) = (ledger, listed.source) {
            self.store.commit_ledger(&ledger).await?;
        }
        match alert.record_confirmed_refund(refund, HistoryActor::Processor, self.now) {
            Ok(confirmed) => Ok(self.store.commit(&confirmed).await?),
            Err(_) => Ok(()), // another refund stands
        }
    }

    /// Raises the operator's alarm, or a tenant warning, for a refund that succeeded after an
    /// answer without a refund.
    async fn report_made_late(&self, alert: &Alert, refund: &str) -> Result<(), StageFailure> {
        if self.is_tenant_controlled(alert).await? {
            warn_tenant(self.organisation, "REFUND_MADE_LATE", alert.id.as_str(), refund);
        } else {
            tracing::error!(alert = %alert.id, refund, "Refund succeeded after the answer: the \
                alert ended without it");
        }
        Ok(())
    }

    /// Checks whether a tenant can cause the result at will: in TEST mode, or by the merchant's own
    /// endpoint.
    async fn is_tenant_controlled(&self, alert: &Alert) -> Result<bool, StageFailure> {
        Ok(alert.connection.is_simulated()
            || is_at_own_endpoint(self.store, alert.sale().map(|found| &found.sale)).await?)
    }

    /// Records the acquirer's reference of the refund on the alert.
    async fn add_reference(
        &self,
        alert: Alert,
        refund: &ProcessorRefund,
    ) -> Result<(), StageFailure> {
        let Some(arn) = &refund.arn else { return Ok(()) };
        match alert.record_refund_reference(arn, HistoryActor::Processor, self.now) {
            Ok(referenced) => Ok(self.store.commit(&referenced).await?),
            Err(_) => Ok(()), // recorded already
        }
    }

    /// Records that a confirmed manual refund failed, also on the alerts that share the refund.
    pub(super) async fn fail_manual_refund(
        &self,
        asked: ManualRefund,
        refund: &str,
        reason: &str,
        source: ReportSource,
    ) -> Result<(), StageFailure> {
        if is_at_own_endpoint(self.store, Some(&asked.sale)).await? {
            warn_tenant(self.organisation, "REFUND_FAILED_LATE", asked.id.as_str(), reason);
        } else {
            tracing::error!(refund = %asked.id, "Refund failed after the answer: {reason}");
        }
        for alert in self.alerts_sharing_refund(&asked, refund).await? {
            let own = alert
                .settlement()
                .and_then(|done| done.refund.as_ref())
                .map(|refund| refund.id.clone());
            self.fail_alert_refund(alert, &own.unwrap_or_default(), reason).await?;
        }
        self.fail_other_alerts(Some(&asked.sale), refund, reason).await?;
        self.fail_in_ledger(Some(&asked.sale.id), refund, reason, source).await?;
        Ok(self.store.commit_manual_refund(&asked.into_failed(reason.to_owned(), self.now)).await?)
    }

    /// Records the acquirer's reference of a manual refund, also on the alerts that share the
    /// refund.
    pub(super) async fn add_manual_reference(
        &self,
        asked: ManualRefund,
        own: &str,
        refund: &ProcessorRefund,
    ) -> Result<(), StageFailure> {
        let Some(arn) = &refund.arn else { return Ok(()) };
        for alert in self.alerts_sharing_refund(&asked, own).await? {
            if alert.rests_on_refund(own) {
                self.add_reference(alert, refund).await?;
            }
        }
        match asked.record_acquirer_reference(arn, self.now) {
            Some(referenced) => Ok(self.store.commit_manual_refund(&referenced).await?),
            None => Ok(()), // recorded already
        }
    }

    /// Re-checks a manual refund that failed, or was declared as failed, and is listed as
    /// confirmed.
    pub(super) async fn recheck_manual_refund(
        &self,
        asked: ManualRefund,
    ) -> Result<(), StageFailure> {
        match asked.reopen_failed_refund(self.now) {
            Some(again) => Ok(self.store.commit_manual_refund(&again).await?),
            None => Ok(()),
        }
    }

    /// Returns the alerts that rest on the manual refund, by the sale's ledger.
    async fn alerts_sharing_refund(
        &self,
        asked: &ManualRefund,
        refund: &str,
    ) -> Result<Vec<Alert>, StageFailure> {
        let ledger = self.store.read_ledger(&asked.sale.id).await?;
        let mut alerts = Vec::new();
        for id in ledger.alerts_resting_on(refund) {
            alerts.extend(self.store.read_alert(id).await?);
        }
        Ok(alerts)
    }

    /// Records the failure in the sale's ledger. After a worker's read, that worker writes the
    /// ledger.
    async fn fail_in_ledger(
        &self,
        sale: Option<&SaleId>,
        refund: &str,
        reason: &str,
        source: ReportSource,
    ) -> Result<(), StageFailure> {
        let (Some(sale), ReportSource::Event) = (sale, source) else { return Ok(()) };
        let result = AttemptResult::Failed { reason: reason.to_owned() };
        match self.store.read_ledger(sale).await?.update_refund_result(refund, &result) {
            Some(ledger) => Ok(self.store.commit_ledger(&ledger).await?),
            None => Ok(()),
        }
    }

    /// Reads the reported refund from the processor's list. Returns `None` if no processor can be
    /// asked, or if the list lacks the refund.
    pub(super) async fn read_listed_refund(
        &self,
        processors: &ProcessorClients,
        sale: Option<&Sale>,
        word: &RefundReport,
    ) -> Result<Option<ProcessorRefund>, StageFailure> {
        let Some((sale, payment)) =
            sale.and_then(|sale| sale.payment.as_ref().map(|payment| (sale, payment)))
        else {
            return Ok(None);
        };
        let integration: Option<Integration> =
            self.store.read_record(payment.integration.as_str()).await?;
        let integration = integration.filter(|one| one.organisation == *self.organisation);
        let (Some(integration), Some(owner)) =
            (integration, self.store.read_organisation(self.organisation).await?)
        else {
            return Ok(None);
        };
        let Some(processor) = processors
            .processor_behind_integration(&integration, payment, owner.mode, self.now)
            .await?
        else {
            return Ok(None);
        };
        match processor.refresh_sale(sale).await {
            Ok(seen) => {
                let mut refunds = seen.into_iter().flat_map(|sale| sale.standing.refunds);
                Ok(refunds.find(|listed| listed.id == word.id))
            }
            Err(error) if error.is_transient() => Err(error.into()),
            Err(error) => {
                tracing::warn!(refund = %word.id, "Refund cannot be looked at: {error}");
                Ok(None)
            }
        }
    }
}

//! What became of a refund after its alert was settled, or the refund by hand was over. Only what
//! the processor lists counts.

use std::slice::from_ref;

use domain::account::Integration;
use domain::alert::{Actor, Alert};
use domain::refund::manual::HandRefund;
use domain::refund::{Attempted, Cause};
use domain::sale::{RefundSeen, RefundState, Sale, SaleId};

use super::{Listed, Reports, Source, Word};
use crate::tenant_warning::{is_at_own_endpoint, warn_tenant};
use crate::{Failure, Processors};

impl Reports<'_> {
    /// The alert was settled: its refund changes, its answer does not.
    pub(super) async fn by_settled(&self, alert: Alert, listed: Listed<'_>) -> Result<(), Failure> {
        let refund = listed.refund;
        let (is_own, is_settled) = (alert.rests_on_refund(&refund.id), alert.settled().is_some());
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
                self.fail(alert, &refund.id, reason).await?;
                self.fail_others(sale.as_ref(), &refund.id, reason).await
            }
            RefundState::Succeeded if is_settled && (!is_own || alert.has_failed_refund()) => {
                self.confirm(alert, is_own, listed).await
            }
            _ if is_own => self.reference(alert, refund).await,
            _ => Ok(()),
        }
    }

    /// The refund that an alert was settled on did not arrive: a network that was not told never
    /// hears of it.
    async fn fail(&self, alert: Alert, refund: &str, reason: &str) -> Result<(), Failure> {
        if let Ok(doubted) = alert.clone().doubted(refund, reason, Actor::Processor, self.now) {
            return Ok(self.store.commit(&doubted).await?);
        }
        let Ok(failed) = alert.with_failed_refund(reason, Actor::Processor, self.now) else {
            return Ok(());
        };
        if self.is_tenants_word(&failed).await? {
            warn_tenant(self.organisation, "REFUND_FAILED_LATE", failed.id.as_str(), reason);
        } else {
            tracing::error!(alert = %failed.id, refund, "Refund failed after the answer: {reason}");
        }
        Ok(self.store.commit(&failed).await?)
    }

    /// Other alerts about the sale whose networks were told that this refund had been made.
    async fn fail_others(
        &self,
        sale: Option<&Sale>,
        refund: &str,
        reason: &str,
    ) -> Result<(), Failure> {
        let Some(sale) = sale else { return Ok(()) };
        for id in self.store.alerts_near(self.organisation, from_ref(sale)).await? {
            let alert = self.store.alert(&id).await?.filter(|alert| alert.rests_on_refund(refund));
            if let Some(alert) =
                alert.filter(|alert| alert.sale().is_some_and(|found| found.sale.id == sale.id))
            {
                self.fail(alert, refund, reason).await?;
            }
        }
        Ok(())
    }

    /// A refund went through for an alert that was settled without it, or whose refund had failed.
    async fn confirm(&self, alert: Alert, is_own: bool, listed: Listed<'_>) -> Result<(), Failure> {
        let Some(sale) = alert.sale().map(|found| found.sale.id.clone()) else { return Ok(()) };
        let refund = listed.refund.kept();
        let ledger =
            self.store.ledger(&sale).await?.with_confirmed(&Cause::from(&alert.id), &refund);
        if !is_own && ledger.is_some() {
            // one that we began: anybody may write our mark onto another
            self.report_made_late(&alert, &refund.id).await?;
        }
        if let (Some(ledger), Source::Event) = (ledger, listed.source) {
            self.store.enter(&ledger).await?;
        }
        match alert.with_confirmed_refund(refund, Actor::Processor, self.now) {
            Ok(confirmed) => Ok(self.store.commit(&confirmed).await?),
            Err(_) => Ok(()), // another refund stands
        }
    }

    async fn report_made_late(&self, alert: &Alert, refund: &str) -> Result<(), Failure> {
        if self.is_tenants_word(alert).await? {
            warn_tenant(self.organisation, "REFUND_MADE_LATE", alert.id.as_str(), refund);
        } else {
            tracing::error!(alert = %alert.id, refund, "Refund succeeded after the answer: the \
                alert ended without it");
        }
        Ok(())
    }

    /// Whether a tenant can make it so at will: in TEST mode, or by an endpoint of its own.
    async fn is_tenants_word(&self, alert: &Alert) -> Result<bool, Failure> {
        Ok(alert.connection.is_simulated()
            || is_at_own_endpoint(self.store, alert.sale().map(|found| &found.sale)).await?)
    }

    async fn reference(&self, alert: Alert, refund: &RefundSeen) -> Result<(), Failure> {
        let Some(arn) = &refund.arn else { return Ok(()) };
        match alert.with_refund_reference(arn, Actor::Processor, self.now) {
            Ok(referenced) => Ok(self.store.commit(&referenced).await?),
            Err(_) => Ok(()), // it is known
        }
    }

    /// A refund by hand failed after it was confirmed: so did that of the alerts that took it for
    /// theirs.
    pub(super) async fn take_back(
        &self,
        asked: HandRefund,
        refund: &str,
        reason: &str,
        source: Source,
    ) -> Result<(), Failure> {
        if is_at_own_endpoint(self.store, Some(&asked.sale)).await? {
            warn_tenant(self.organisation, "REFUND_FAILED_LATE", asked.id.as_str(), reason);
        } else {
            tracing::error!(refund = %asked.id, "Refund failed after the answer: {reason}");
        }
        for alert in self.alerts_of(&asked, refund).await? {
            let own = alert
                .settled()
                .and_then(|done| done.refund.as_ref())
                .map(|refund| refund.id.clone());
            self.fail(alert, &own.unwrap_or_default(), reason).await?;
        }
        self.fail_others(Some(&asked.sale), refund, reason).await?;
        self.fail_in_ledger(Some(&asked.sale.id), refund, reason, source).await?;
        Ok(self.store.commit_hand_refund(&asked.failed(reason.to_owned(), self.now)).await?)
    }

    /// The acquirer's reference of a refund by hand, for the alerts that took the refund for
    /// theirs, too.
    pub(super) async fn reference_by_hand(
        &self,
        asked: HandRefund,
        own: &str,
        refund: &RefundSeen,
    ) -> Result<(), Failure> {
        let Some(arn) = &refund.arn else { return Ok(()) };
        for alert in self.alerts_of(&asked, own).await? {
            if alert.rests_on_refund(own) {
                self.reference(alert, refund).await?;
            }
        }
        match asked.referenced(arn, self.now) {
            Some(referenced) => Ok(self.store.commit_hand_refund(&referenced).await?),
            None => Ok(()), // it is known
        }
    }

    /// A refund by hand that failed, or of which a person said so, is listed as confirmed.
    pub(super) async fn look_again(&self, asked: HandRefund) -> Result<(), Failure> {
        match asked.listed_as_confirmed(self.now) {
            Some(again) => Ok(self.store.commit_hand_refund(&again).await?),
            None => Ok(()),
        }
    }

    async fn alerts_of(&self, asked: &HandRefund, refund: &str) -> Result<Vec<Alert>, Failure> {
        let ledger = self.store.ledger(&asked.sale.id).await?;
        let mut alerts = Vec::new();
        for id in ledger.alerts_of(refund) {
            alerts.extend(self.store.alert(id).await?);
        }
        Ok(alerts)
    }

    async fn fail_in_ledger(
        &self,
        sale: Option<&SaleId>,
        refund: &str,
        reason: &str,
        source: Source,
    ) -> Result<(), Failure> {
        let (Some(sale), Source::Event) = (sale, source) else { return Ok(()) };
        let result = Attempted::Failed { reason: reason.to_owned() };
        match self.store.ledger(sale).await?.told(refund, &result) {
            Some(ledger) => Ok(self.store.enter(&ledger).await?),
            None => Ok(()),
        }
    }

    /// The refund that an event names, as its processor lists it now; nothing where no processor
    /// can be asked, or it lists none.
    pub(super) async fn listed(
        &self,
        processors: &Processors,
        sale: Option<&Sale>,
        word: &Word,
    ) -> Result<Option<RefundSeen>, Failure> {
        let Some((sale, payment)) =
            sale.and_then(|sale| sale.payment.as_ref().map(|payment| (sale, payment)))
        else {
            return Ok(None);
        };
        let integration: Option<Integration> =
            self.store.record(payment.integration.as_str()).await?;
        let integration = integration.filter(|one| one.organisation == *self.organisation);
        let (Some(integration), Some(owner)) =
            (integration, self.store.organisation(self.organisation).await?)
        else {
            return Ok(None);
        };
        let Some(processor) =
            processors.behind(&integration, payment, owner.mode, self.now).await?
        else {
            return Ok(None);
        };
        match processor.payment(sale).await {
            Ok(seen) => {
                let mut refunds = seen.into_iter().flat_map(|sale| sale.standing.refunds);
                Ok(refunds.find(|listed| listed.id == word.id))
            }
            Err(error) if error.may_pass() => Err(error.into()),
            Err(error) => {
                tracing::warn!(refund = %word.id, "Refund cannot be looked at: {error}");
                Ok(None)
            }
        }
    }
}

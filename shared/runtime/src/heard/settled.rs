//! What became of a refund after its alert was settled, or the refund by hand was over.
//!
//! A failure is believed as it is reported. That a refund went through after all is believed only after a look, since
//! events may come late and in any order.

use std::slice::from_ref;

use domain::account::Integration;
use domain::alert::{Actor, Alert};
use domain::hand_refund::HandRefund;
use domain::refund::{Attempted, Cause};
use domain::sale::{RefundSeen, RefundState, Sale, SaleId};

use super::{Reports, Source, Word};
use crate::Failure;

/// What a processor shows of a refund.
enum Shown {
    /// No processor can be asked, or it does not have the payment.
    Nothing,
    /// The refund is not confirmed there.
    Unconfirmed,
    Confirmed(Box<RefundSeen>),
}

impl Reports<'_> {
    /// The alert was settled: its refund changes, its answer does not.
    pub(super) async fn by_settled(&self, alert: Alert, word: &Word, source: Source<'_>) -> Result<(), Failure> {
        let (is_own, is_settled) = (alert.rests_on_refund(&word.id), alert.settled().is_some());
        match &word.state {
            RefundState::Failed(reason) if is_own => {
                let sale = alert.sale().map(|found| found.sale.clone());
                self.fail_in_ledger(sale.as_ref().map(|sale| &sale.id), word, reason, source).await?;
                self.fail(alert, &word.id, reason).await?;
                self.fail_others(sale.as_ref(), word, reason).await
            }
            RefundState::Succeeded if is_settled && (!is_own || alert.has_failed_refund()) => {
                self.confirm(alert, is_own, word, source).await
            }
            _ if is_own => self.reference(alert, word).await,
            _ => Ok(()),
        }
    }

    /// The refund that an alert was settled on did not arrive: a network that was not told never hears of it.
    async fn fail(&self, alert: Alert, refund: &str, reason: &str) -> Result<(), Failure> {
        if let Ok(doubted) = alert.clone().doubted(refund, reason, Actor::Processor, self.now) {
            return Ok(self.store.commit(&doubted).await?);
        }
        let Ok(failed) = alert.with_failed_refund(reason, Actor::Processor, self.now) else { return Ok(()) };
        tracing::error!(alert = %failed.id, refund, "Refund failed after the answer: {reason}");
        Ok(self.store.commit(&failed).await?)
    }

    /// Other alerts about the sale whose networks were told that this refund had been made.
    async fn fail_others(&self, sale: Option<&Sale>, word: &Word, reason: &str) -> Result<(), Failure> {
        let Some(sale) = sale else { return Ok(()) };
        for id in self.store.alerts_near(self.organisation, from_ref(sale)).await? {
            let alert = self.store.alert(&id).await?.filter(|alert| alert.rests_on_refund(&word.id));
            if let Some(alert) = alert.filter(|alert| alert.sale().is_some_and(|found| found.sale.id == sale.id)) {
                self.fail(alert, &word.id, reason).await?;
            }
        }
        Ok(())
    }

    /// A refund went through for an alert that was settled without it, or whose refund had failed.
    async fn confirm(&self, alert: Alert, is_own: bool, word: &Word, source: Source<'_>) -> Result<(), Failure> {
        let Some(sale) = alert.sale().map(|found| found.sale.clone()) else { return Ok(()) };
        let refund = match self.shown(&sale, word, source).await? {
            Shown::Confirmed(refund) => Some(refund.kept()),
            Shown::Nothing if !is_own => None,
            Shown::Nothing | Shown::Unconfirmed => return Ok(()),
        };
        if !is_own {
            tracing::error!(alert = %alert.id, refund = %word.id, "Refund succeeded after the answer: the alert ended without it");
        }
        let Some(refund) = refund else { return Ok(()) };
        let ledger = self.store.ledger(&sale.id).await?.with_confirmed(&Cause::from(&alert.id), &refund);
        if let (Some(ledger), Source::Event) = (ledger, source) {
            self.store.enter(&ledger).await?;
        }
        match alert.with_confirmed_refund(refund, Actor::Processor, self.now) {
            Ok(confirmed) => Ok(self.store.commit(&confirmed).await?),
            Err(_) => Ok(()), // another refund stands
        }
    }

    async fn reference(&self, alert: Alert, word: &Word) -> Result<(), Failure> {
        let Some(arn) = &word.arn else { return Ok(()) };
        match alert.with_refund_reference(arn, Actor::Processor, self.now) {
            Ok(referenced) => Ok(self.store.commit(&referenced).await?),
            Err(_) => Ok(()), // it is known
        }
    }

    /// A refund by hand failed after it was confirmed: so did that of the alerts that took it for theirs.
    pub(super) async fn take_back(&self, asked: HandRefund, word: &Word, reason: &str, source: Source<'_>) -> Result<(), Failure> {
        tracing::error!(refund = %asked.id, "Refund failed after the answer: {reason}");
        for alert in self.alerts_of(&asked, word).await? {
            let own = alert.settled().and_then(|done| done.refund.as_ref()).map(|refund| refund.id.clone());
            self.fail(alert, &own.unwrap_or_default(), reason).await?;
        }
        self.fail_others(Some(&asked.sale), word, reason).await?;
        self.fail_in_ledger(Some(&asked.sale.id), word, reason, source).await?;
        Ok(self.store.commit_hand_refund(&asked.failed(reason.to_owned(), self.now)).await?)
    }

    /// The acquirer's reference of a refund by hand, for the alerts that took the refund for theirs, too.
    pub(super) async fn reference_by_hand(&self, asked: HandRefund, word: &Word) -> Result<(), Failure> {
        let Some(arn) = &word.arn else { return Ok(()) };
        for alert in self.alerts_of(&asked, word).await? {
            if alert.rests_on_refund(&word.id) {
                self.reference(alert, word).await?;
            }
        }
        match asked.referenced(arn, self.now) {
            Some(referenced) => Ok(self.store.commit_hand_refund(&referenced).await?),
            None => Ok(()), // it is known
        }
    }

    /// A refund by hand that failed is reported as confirmed.
    pub(super) async fn look_again(&self, asked: HandRefund, word: &Word, source: Source<'_>) -> Result<(), Failure> {
        if let Some(again) = asked.clone().heard_of(&word.state, self.now) {
            return Ok(self.store.commit_hand_refund(&again).await?); // only a person said that it failed
        }
        if !matches!(self.shown(&asked.sale, word, source).await?, Shown::Confirmed(_)) {
            return Ok(());
        }
        match asked.listed_as_confirmed(self.now) {
            Some(again) => Ok(self.store.commit_hand_refund(&again).await?),
            None => Ok(()),
        }
    }

    async fn alerts_of(&self, asked: &HandRefund, word: &Word) -> Result<Vec<Alert>, Failure> {
        let ledger = self.store.ledger(&asked.sale.id).await?;
        let mut alerts = Vec::new();
        for id in ledger.alerts_of(&word.id) {
            alerts.extend(self.store.alert(id).await?);
        }
        Ok(alerts)
    }

    async fn fail_in_ledger(&self, sale: Option<&SaleId>, word: &Word, reason: &str, source: Source<'_>) -> Result<(), Failure> {
        let (Some(sale), Source::Event) = (sale, source) else { return Ok(()) };
        let result = Attempted::Failed { reason: reason.to_owned() };
        match self.store.ledger(sale).await?.told(&word.id, &result) {
            Some(ledger) => Ok(self.store.enter(&ledger).await?),
            None => Ok(()),
        }
    }

    /// The refund as its processor lists it now.
    async fn shown(&self, sale: &Sale, word: &Word, source: Source<'_>) -> Result<Shown, Failure> {
        if let Source::Look(seen) = source {
            return Ok(Shown::Confirmed(Box::new(seen.clone())));
        }
        let Some(payment) = &sale.payment else { return Ok(Shown::Nothing) };
        let integration: Option<Integration> = self.store.record(payment.integration.as_str()).await?;
        let integration = integration.filter(|one| one.organisation == *self.organisation);
        let (Some(integration), Some(owner)) = (integration, self.store.organisation(self.organisation).await?) else {
            return Ok(Shown::Nothing);
        };
        let Some(processor) = self.processors.behind(&integration, payment, owner.mode, self.now).await? else { return Ok(Shown::Nothing) };
        match processor.payment(sale).await {
            Ok(Some(sale)) => {
                let confirmed = |one: &RefundSeen| one.id == word.id && one.state == RefundState::Succeeded;
                let listed = sale.standing.refunds.into_iter().find(confirmed);
                Ok(listed.map_or(Shown::Unconfirmed, |listed| Shown::Confirmed(Box::new(listed))))
            }
            Ok(None) => Ok(Shown::Nothing),
            Err(error) if error.may_pass() => Err(error.into()),
            Err(error) => {
                tracing::warn!(refund = %word.id, "Refund cannot be looked at: {error}");
                Ok(Shown::Nothing)
            }
        }
    }
}

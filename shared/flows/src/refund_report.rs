//! Reports on refunds: what they mean to the alerts and refunds by hand that the refunds were made
//! for.
//!
//! An event only wakes a look. Nothing that an event says is written down: whoever waits is
//! re-checked by the refund stage, and for what is over the payment is read here, and its list
//! counts.

mod settled;

use domain::account::Integration;
use domain::alert::{Actor, Alert};
use domain::basics::id::{AlertId, HandRefundId, OrganisationId};
use domain::refund::Cause;
use domain::refund::manual::{HandRefund, HandState, Refusal};
use domain::sale::{RefundSeen, RefundState, Sale};
use jiff::Timestamp;
use store::Store;

use crate::{Failure, Processors};

/// What an event says of a refund that was made for a cause of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub cause: Cause,
    /// The processor's id of the refund.
    pub id: String,
    pub state: RefundState,
    /// The acquirer's reference of the refund, once it is known.
    pub arn: Option<String>,
}

impl Word {
    /// What a refund says by its own mark; nothing where it is not ours.
    #[must_use]
    pub fn of(refund: &RefundSeen) -> Option<Self> {
        refund.cause().map(|cause| Self {
            cause,
            id: refund.id.clone(),
            state: refund.state.clone(),
            arn: refund.arn.clone(),
        })
    }

    /// Whether it would change an alert that was settled: only then is the payment worth a call.
    fn is_news_to(&self, alert: &Alert) -> bool {
        let is_own = alert.rests_on_refund(&self.id);
        match &self.state {
            // told again, it may find what a killed worker left
            RefundState::Failed(_) => is_own,
            RefundState::Succeeded
                if alert.settled().is_some() && (!is_own || alert.has_failed_refund()) =>
            {
                true
            }
            RefundState::Pending | RefundState::Succeeded => is_own && self.arn.is_some(),
        }
    }

    /// The same of a refund by hand that is over.
    fn is_news_to_hand(&self, asked: &HandRefund) -> bool {
        let is_failed = matches!(self.state, RefundState::Failed(_));
        match &asked.state {
            HandState::Succeeded { .. } => is_failed || self.arn.is_some(),
            HandState::Failed { .. } | HandState::Refused { why: Refusal::TooLate } => !is_failed,
            _ => false,
        }
    }
}

/// Where reports on refunds are applied, and whose they are.
#[derive(Debug, Clone, Copy)]
struct Reports<'a> {
    store: &'a Store,
    organisation: &'a OrganisationId,
    now: Timestamp,
}

/// Why the payment was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// An event said that something had happened.
    Event,
    /// The reader holds the sale's claim, and writes its ledger itself.
    Look,
}

/// A refund as its processor lists it.
#[derive(Debug, Clone, Copy)]
struct Listed<'a> {
    refund: &'a RefundSeen,
    source: Source,
}

/// An event says that a refund of ours has a new state: whoever waits for it is re-checked; for
/// what is over the payment is read.
///
/// # Errors
/// [`Failure`] where the store or the processor does not answer, or somebody else wrote first.
pub async fn heard(
    store: &Store,
    processors: &Processors,
    integration: &Integration,
    word: &Word,
    now: Timestamp,
) -> Result<(), Failure> {
    let reports = Reports { store, organisation: &integration.organisation, now };
    match &word.cause {
        // boxed: a worker's stack is small
        Cause::Alert(id) => Box::pin(reports.alert_event(processors, id, word)).await,
        Cause::Hand(id) => Box::pin(reports.hand_event(processors, id, word)).await,
    }
}

/// Applies what a look at a sale shows of refunds that were made for others than the one that
/// looks.
///
/// # Errors
/// [`Failure`] where the store does not answer, or somebody else wrote first.
pub async fn apply_look(
    store: &Store,
    organisation: &OrganisationId,
    (sale, reader): (&Sale, &Cause),
    now: Timestamp,
) -> Result<(), Failure> {
    let reports = Reports { store, organisation, now };
    for refund in &sale.standing.refunds {
        let Some(cause) = refund.cause().filter(|cause| cause != reader) else { continue };
        let listed = Listed { refund, source: Source::Look };
        match &cause {
            Cause::Alert(id) => {
                if let Some(alert) = reports.alert(id).await?.filter(is_settled) {
                    Box::pin(reports.by_settled(alert, listed)).await?;
                }
            }
            Cause::Hand(id) => {
                if let Some(asked) = reports.asked(id).await? {
                    Box::pin(reports.by_hand(asked, listed)).await?;
                }
            }
        }
    }
    Ok(())
}

/// Whether all is done for the alert that is going to be done by itself.
fn is_settled(alert: &Alert) -> bool {
    alert.settled().is_some() || alert.to_tell().is_some()
}

impl Reports<'_> {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, Failure> {
        Ok(self.store.alert(id).await?.filter(|alert| alert.organisation == *self.organisation))
    }

    async fn asked(&self, id: &HandRefundId) -> Result<Option<HandRefund>, Failure> {
        Ok(self
            .store
            .hand_refund(id)
            .await?
            .filter(|asked| asked.organisation == *self.organisation))
    }

    async fn alert_event(
        &self,
        processors: &Processors,
        id: &AlertId,
        word: &Word,
    ) -> Result<(), Failure> {
        let Some(alert) = self.alert(id).await? else { return Ok(()) };
        if !is_settled(&alert) {
            return self.rechecked(alert).await;
        }
        let sale = alert.sale().filter(|_| word.is_news_to(&alert)).map(|found| found.sale.clone());
        let Some(refund) = Box::pin(self.listed(processors, sale.as_ref(), word)).await? else {
            return Ok(());
        };
        Box::pin(self.by_settled(alert, Listed { refund: &refund, source: Source::Event })).await
    }

    async fn hand_event(
        &self,
        processors: &Processors,
        id: &HandRefundId,
        word: &Word,
    ) -> Result<(), Failure> {
        let Some(asked) = self.asked(id).await? else { return Ok(()) };
        if !asked.is_over() {
            return self.woken(asked, &word.state).await;
        }
        let sale = Some(&asked.sale).filter(|_| word.is_news_to_hand(&asked));
        let Some(refund) = Box::pin(self.listed(processors, sale, word)).await? else {
            return Ok(());
        };
        Box::pin(self.by_hand(asked, Listed { refund: &refund, source: Source::Event })).await
    }

    async fn rechecked(&self, alert: Alert) -> Result<(), Failure> {
        match alert.rechecked(Actor::Processor, self.now) {
            Ok(again) => Ok(self.store.commit(&again).await?),
            Err(_) => Ok(()), // nothing waits for it
        }
    }

    async fn by_hand(&self, asked: HandRefund, listed: Listed<'_>) -> Result<(), Failure> {
        let state = &listed.refund.state;
        match &asked.state {
            HandState::Succeeded { refund: told } if is_same(&asked, &told.id, listed.refund) => {
                let own = told.id.clone();
                match state {
                    RefundState::Failed(reason) => {
                        self.take_back(asked, &own, reason, listed.source).await
                    }
                    RefundState::Pending | RefundState::Succeeded => {
                        self.reference_by_hand(asked, &own, listed.refund).await
                    }
                }
            }
            HandState::Failed { .. } if *state == RefundState::Succeeded => {
                self.look_again(asked).await
            }
            HandState::Failed { .. } | HandState::Refused { .. }
                if listed.source == Source::Event =>
            {
                self.woken(asked, state).await
            }
            _ => Ok(()),
        }
    }

    /// Asks for the refund stage again, where anything may come of it.
    async fn woken(&self, asked: HandRefund, state: &RefundState) -> Result<(), Failure> {
        match asked.heard_of(state, self.now) {
            Some(again) => Ok(self.store.commit_hand_refund(&again).await?),
            None => Ok(()), // nothing waits for it
        }
    }
}

/// Whether it is the refund that was told of. Where a person named no refund, it goes by our own
/// id, and our mark tells which it is.
fn is_same(asked: &HandRefund, told: &str, refund: &RefundSeen) -> bool {
    told == refund.id
        || (told == asked.id.as_str() && refund.cause() == Some(Cause::from(&asked.id)))
}

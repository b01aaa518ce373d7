//! A processor's word on a refund: what it means to those that the refund was made for.

mod settled;

use domain::account::Integration;
use domain::alert::{Actor, Alert};
use domain::hand_refund::{HandRefund, HandState};
use domain::id::{AlertId, HandRefundId, OrganisationId};
use domain::refund::Cause;
use domain::sale::{RefundSeen, RefundState, Sale};
use jiff::Timestamp;
use store::Store;

use crate::{Failure, Processors};

/// What somebody says of a refund that was made for a cause of ours.
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
        refund.cause().map(|cause| Self { cause, id: refund.id.clone(), state: refund.state.clone(), arn: refund.arn.clone() })
    }
}

/// Where reports on refunds are applied, and whose they are.
#[derive(Debug, Clone, Copy)]
struct Reports<'a> {
    store: &'a Store,
    /// Who is asked before it is believed that a failed refund went through.
    processors: &'a Processors,
    organisation: &'a OrganisationId,
    now: Timestamp,
}

/// Where a report comes from.
#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    /// The processor, or the merchant, sent it.
    Event,
    /// The processor listed the refund. The reader holds the sale's claim, and writes its ledger itself.
    Look(&'a RefundSeen),
}

/// A refund of ours has a new state: who waits for it looks; who is over is changed by what became of its money.
///
/// # Errors
/// [`Failure`] where the store does not answer, or somebody else wrote first.
pub async fn heard(
    store: &Store,
    processors: &Processors,
    integration: &Integration,
    refund: &Word,
    now: Timestamp,
) -> Result<(), Failure> {
    let reports = Reports { store, processors, organisation: &integration.organisation, now };
    reports.apply(refund, Source::Event).await
}

/// Applies what a look at a sale shows of refunds that were made for others than the one that looks.
///
/// # Errors
/// [`Failure`] where the store does not answer, or somebody else wrote first.
pub async fn apply_look(
    store: &Store,
    processors: &Processors,
    organisation: &OrganisationId,
    (sale, reader): (&Sale, &Cause),
    now: Timestamp,
) -> Result<(), Failure> {
    let reports = Reports { store, processors, organisation, now };
    for refund in &sale.standing.refunds {
        if let Some(word) = Word::of(refund).filter(|word| word.cause != *reader) {
            reports.apply(&word, Source::Look(refund)).await?;
        }
    }
    Ok(())
}

impl Reports<'_> {
    async fn apply(&self, word: &Word, source: Source<'_>) -> Result<(), Failure> {
        match &word.cause {
            Cause::Alert(id) => self.by_alert(id, word, source).await,
            Cause::Hand(id) => self.by_hand(id, word, source).await,
        }
    }

    async fn by_alert(&self, id: &AlertId, word: &Word, source: Source<'_>) -> Result<(), Failure> {
        let alert = self.store.alert(id).await?.filter(|alert| alert.organisation == *self.organisation);
        match (alert, source) {
            (Some(alert), _) if alert.settled().is_some() || alert.to_tell().is_some() => self.by_settled(alert, word, source).await,
            (Some(alert), Source::Event) => self.rechecked(alert).await,
            _ => Ok(()),
        }
    }

    async fn rechecked(&self, alert: Alert) -> Result<(), Failure> {
        match alert.rechecked(Actor::Processor, self.now) {
            Ok(again) => Ok(self.store.commit(&again).await?),
            Err(_) => Ok(()), // nothing waits for it
        }
    }

    async fn by_hand(&self, id: &HandRefundId, word: &Word, source: Source<'_>) -> Result<(), Failure> {
        let asked = self.store.hand_refund(id).await?.filter(|asked| asked.organisation == *self.organisation);
        let Some(asked) = asked else { return Ok(()) };
        match (&asked.state, &word.state, source) {
            // Where a person said so and named no refund, it goes by our own id.
            (HandState::Succeeded { refund: told }, state, _) if told.id == word.id || told.id == id.as_str() => {
                let word = Word { id: told.id.clone(), ..word.clone() };
                match state {
                    RefundState::Failed(reason) => self.take_back(asked.clone(), &word, reason, source).await,
                    RefundState::Pending | RefundState::Succeeded => self.reference_by_hand(asked, &word).await,
                }
            }
            (HandState::Failed { .. }, RefundState::Succeeded, _) => self.look_again(asked, word, source).await,
            (_, told, Source::Event) => self.nudge(asked, told).await,
            (_, _, Source::Look(_)) => Ok(()),
        }
    }

    async fn nudge(&self, asked: HandRefund, told: &RefundState) -> Result<(), Failure> {
        match asked.heard_of(told, self.now) {
            Some(again) => Ok(self.store.commit_hand_refund(&again).await?),
            None => Ok(()), // nothing waits for it
        }
    }
}

//! A refund that a person asked for, whatever alerts there are: the same ledger, the same steps.

mod holder;
mod refund;

use domain::account::ProcessorCall;
use domain::basics::id::HandRefundId;
use domain::basics::time::after;
use domain::calls::lane::Pace;
use domain::refund::manual::{HandKnown, HandNext, HandRefund, Refusal};
use domain::refund::{Attempted, Cause, Ledger};
use domain::sale::Sale;
use flows::refund_report::apply_look;
use flows::tenant_warning::warn_tenant;
use flows::{Failure, integration_health};
use jiff::Timestamp;
use partners::PartnerError;
use store::StoreError;

use self::holder::Holder;
use crate::{Refunds, waiting};

/// Why nothing is known where no processor can be asked, or it does not have the payment.
const GONE: &str = "The payment cannot be found any more where the refund was begun.";

/// Makes the refund, or looks what has become of it.
pub(crate) async fn handle(
    refunds: &Refunds,
    id: &HandRefundId,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(asked) = refunds.store.hand_refund(id).await? else { return Ok(()) };
    if asked.is_over() {
        // boxed: a worker's stack is small
        return Box::pin(waiting::wake(&refunds.store, &asked, now)).await;
    }
    let ledger = refunds.store.ledger(&asked.sale.id).await?;
    let began = ledger.may_have_moved(id, u32::MAX);
    let Some(holder) = refunds.holder_of(&asked, began, now).await? else {
        if began && asked.is_late(now) {
            return unconfirmed(refunds, asked, GONE.to_owned(), now).await;
        }
        if began {
            return Err(Failure::Missing("the processor that was asked for the refund"));
        }
        return Ok(refunds
            .store
            .commit_hand_refund(&asked.refused(Refusal::NoProcessor, now))
            .await?);
    };
    let deadline = if asked.is_late(now) { now } else { Timestamp::MAX };
    if refunds.left_alone_until(Some(&holder.integration), deadline, now).await?.is_some() {
        return Ok(()); // the sweep asks again
    }
    let claimed = ledger
        .claimed(id, false, now, after(now, refunds.claim_seconds))
        .map_err(StoreError::from)?;
    let claimed = claimed.at_place(holder.processor.address());
    refunds.store.enter(&claimed).await?;
    let Some(asked) = refunds.store.hand_refund(id).await?.filter(|asked| !asked.is_over()) else {
        // another worker was done before the claim was won
        return Ok(refunds.store.enter(&claimed.recorded(Attempted::NotAsked)).await?);
    };
    Box::pin(ByHand { refunds, asked, claimed, holder, seen: None, now }.work()).await
}

/// Nobody tells whether the money went back: whoever asked for it is told so, once. It rings for
/// nobody else, since refunds by hand can be asked for at will.
async fn unconfirmed(
    refunds: &Refunds,
    asked: HandRefund,
    reason: String,
    now: Timestamp,
) -> Result<(), Failure> {
    if asked.is_unconfirmed() {
        tracing::warn!(refund = %asked.id, "Refund by hand is still unconfirmed: {reason}");
        return Ok(());
    }
    warn_tenant(&asked.organisation, "REFUND_UNCONFIRMED", asked.id.as_str(), &reason);
    Ok(refunds.store.commit_hand_refund(&asked.unconfirmed(reason, now)).await?)
}

struct ByHand<'a> {
    refunds: &'a Refunds,
    asked: HandRefund,
    claimed: Ledger,
    holder: Holder,
    /// The sale as the processor has it.
    seen: Option<Sale>,
    now: Timestamp,
}

impl ByHand<'_> {
    /// Looks at the processor under the claim, and does what follows.
    async fn work(mut self) -> Result<(), Failure> {
        let known = self.claimed.laid_onto(self.asked.sale.clone());
        let seen = match self.holder.processor.payment(&known).await {
            Ok(seen) => seen,
            Err(error) => return self.unseen(error).await,
        };
        integration_health::note_success(
            &self.refunds.store,
            &self.holder.integration,
            (ProcessorCall::Look, Pace::Unknown),
            self.now,
        )
        .await?;
        let seen = match seen {
            Some(seen) if seen.id == self.claimed.sale => self.corrected(seen).await?,
            Some(_) => return self.not_there(Refusal::OtherPayment).await,
            None => return self.not_there(Refusal::NoProcessor).await,
        };
        if let Some(payment) = &seen.payment {
            self.holder.payment.clone_from(payment); // with what a refund of it must name
        }
        let next = HandKnown { asked: &self.asked, sale: &seen }.next();
        self.seen = Some(seen);
        self.follow(next).await
    }

    /// Does what is next; where another ledger held the payment meanwhile, looks again.
    async fn follow(self, next: HandNext) -> Result<(), Failure> {
        match next {
            HandNext::Found(made) => Box::pin(self.made(made)).await,
            _ if self
                .claimed
                .begun_elsewhere()
                .any(|cause| *cause == Cause::from(&self.asked.id)) =>
            {
                Box::pin(self.not_there(Refusal::NoProcessor)).await
            }
            HandNext::Refund(_) | HandNext::Void if self.asked.is_late(self.now) => {
                Box::pin(self.refused(Refusal::TooLate)).await
            }
            HandNext::Refund(_) | HandNext::Void if !self.holder.is_up => {
                Box::pin(self.refused(Refusal::NoProcessor)).await
            }
            // what was seen may be old
            HandNext::Refund(_) | HandNext::Void if self.is_anothers().await? => {
                Box::pin(self.work()).await
            }
            HandNext::Refund(amount) => Box::pin(self.refund(amount)).await,
            HandNext::Void => Box::pin(self.void()).await,
            HandNext::Refused(why) => Box::pin(self.refused(why)).await,
        }
    }

    /// The sale with what the ledger knows, once both are told what failed.
    async fn corrected(&mut self, seen: Sale) -> Result<Sale, Failure> {
        let reader = Cause::from(&self.asked.id);
        apply_look(&self.refunds.store, &self.asked.organisation, (&seen, &reader), self.now)
            .await?;
        self.claimed = self.claimed.clone().corrected_by(&seen);
        Ok(self.claimed.laid_onto(seen))
    }

    async fn is_anothers(&self) -> Result<bool, Failure> {
        let Holder { payment, processor, .. } = &self.holder;
        self.refunds.hold(&self.claimed, processor, Some(payment), self.now).await
    }

    async fn note_lane(&self, call: ProcessorCall, error: &PartnerError) -> Result<(), Failure> {
        Ok(integration_health::note_lane(
            &self.refunds.store,
            &self.holder.integration,
            call,
            (error, Pace::Unknown),
            self.now,
        )
        .await?)
    }

    /// The processor cannot be looked at. It is said to have failed only where no attempt before
    /// this one may have moved money.
    async fn unseen(self, error: PartnerError) -> Result<(), Failure> {
        self.note_lane(ProcessorCall::Look, &error).await?;
        if self.asked.is_late(self.now) {
            return self.late(error.to_string()).await;
        }
        if error.may_pass() || self.began() {
            self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
            return Err(error.into());
        }
        self.failed(error.to_string()).await
    }

    /// The processor does not know the payment, or not as this one. It is no refusal where it was
    /// asked for the refund before.
    async fn not_there(self, why: Refusal) -> Result<(), Failure> {
        if self.began() && self.asked.is_late(self.now) {
            return self.late(GONE.to_owned()).await;
        }
        if self.began() {
            self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
            return Err(Failure::Missing("the payment that was being refunded"));
        }
        self.refused(why).await
    }

    /// Nobody waits for the processor any more: what was never asked of it did not happen, of the
    /// rest nothing is known.
    async fn late(self, reason: String) -> Result<(), Failure> {
        if !self.began() {
            return self.refused(Refusal::TooLate).await;
        }
        self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
        unconfirmed(self.refunds, self.asked, reason, self.now).await
    }

    fn began(&self) -> bool {
        self.claimed.may_have_moved(&self.asked.id, self.claimed.attempt)
    }

    async fn failed(self, reason: String) -> Result<(), Failure> {
        self.recorded(Attempted::Failed { reason: reason.clone() }, |asked, now| {
            asked.failed(reason, now)
        })
        .await
    }

    async fn refused(self, why: Refusal) -> Result<(), Failure> {
        self.recorded(Attempted::NotAsked, |asked, now| asked.refused(why, now)).await
    }

    async fn recorded(
        self,
        result: Attempted,
        step: impl FnOnce(HandRefund, Timestamp) -> HandRefund,
    ) -> Result<(), Failure> {
        self.refunds.store.enter(&self.claimed.recorded(result)).await?;
        Ok(self.refunds.store.commit_hand_refund(&step(self.asked, self.now)).await?)
    }
}

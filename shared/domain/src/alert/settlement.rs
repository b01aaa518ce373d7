//! What the vendor is told of what was done: from facts alone, so that nothing is told that did not
//! happen.

use crate::alert::{Alert, Cancellation, Course, Decision, Need, Refund, Settled, Way};
use crate::basics::money::Money;
use crate::matching::{Candidate, Doubt, Invalid};
use crate::network::claim::Claim;
use crate::network::outcome::Outcome;
use crate::rules::ruleset::Action;
use crate::sale::{RefundState, Standing};

impl Settled {
    /// All that was done, and the outcome that follows from it.
    #[must_use]
    pub fn of(
        claim: &Claim,
        sale: Option<Box<Candidate>>,
        decision: Box<Decision>,
        refund: Option<Refund>,
        cancellation: Option<Cancellation>,
    ) -> Self {
        let refund = refund.or_else(|| declared(claim, &decision));
        let cancellation = cancellation.or_else(|| declared_cancellation(&decision));
        let outcome = match &decision.course {
            Course::Tell(invalid) => of_invalid(invalid, sale.as_deref()),
            Course::Act { action: Action::NotFound, .. } => Outcome::NotFound,
            Course::Act { action: Action::NotOurDescriptor, .. } => Outcome::NotOurDescriptor,
            Course::Act { .. } => {
                of_action(claim, sale.as_deref(), refund.as_ref(), cancellation.as_ref())
                    .unwrap_or_else(|| of_nothing(decision.need.as_ref(), sale.is_some()))
            }
        };
        Self { sale, decision: Some(decision), refund, cancellation, outcome }
    }
}

impl Settled {
    /// The refund that the vendor is told of: ours, else the one that was made before, where the
    /// outcome says so.
    #[must_use]
    pub fn told_refund(&self, claim: &Claim) -> Option<Refund> {
        if !self.outcome.refunded() {
            return None;
        }
        self.refund.clone().or_else(|| Some(self.earlier_refund(claim)))
    }

    /// Whether the vendor is told of this refund: by its id, or by a person's word that names none
    /// where ours was unconfirmed.
    #[must_use]
    pub fn tells_of(&self, refund: &str) -> bool {
        let unconfirmed = || {
            self.decision
                .as_ref()
                .and_then(|one| one.need.as_ref())
                .is_some_and(Need::money_may_move)
        };
        self.refund
            .as_ref()
            .is_some_and(|told| told.id == refund || (told.id.is_empty() && unconfirmed()))
    }

    fn earlier_refund(&self, claim: &Claim) -> Refund {
        let standing = self.sale.as_ref().map(|found| &found.sale.standing);
        if let Some(refund) = standing.and_then(|standing| self.made_before(standing)) {
            return refund;
        }
        let dispute = standing.and_then(|standing| standing.dispute.as_ref());
        let at = dispute.map_or(claim.alerted_at, |dispute| dispute.opened);
        let id = dispute.map(|dispute| dispute.id.clone()).unwrap_or_default();
        Refund::new(id, claim.disputed(), at, Way::Refunded)
    }
}

impl Settled {
    /// Of the refunds made before, the one for the other alert, else the latest with what all of
    /// them give back.
    fn made_before(&self, standing: &Standing) -> Option<Refund> {
        let succeeded =
            || standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
        if let Outcome::DuplicateRefunded { of } = &self.outcome
            && let Some(refund) = succeeded().find(|refund| refund.alert.as_ref() == Some(of))
        {
            return Some(refund.kept());
        }
        let latest = succeeded().max_by_key(|refund| refund.at)?;
        let sum = succeeded().map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
        Some(Refund { amount: Money::new(sum, latest.amount.currency), ..latest.kept() })
    }
}

/// A refund by a person's word, where that is what was decided.
fn declared(claim: &Claim, decision: &Decision) -> Option<Refund> {
    let Course::Act { action, amount, declared: Some(word), .. } = &decision.course else {
        return None;
    };
    let id = word.reference.clone().unwrap_or_default();
    let amount = amount.unwrap_or_else(|| claim.disputed());
    action.refunds().then_some(Refund::new(id, amount, word.at, Way::Declared))
}

/// The end of a subscription by a person's word, where that is what was decided.
fn declared_cancellation(decision: &Decision) -> Option<Cancellation> {
    let Course::Act { action, cancelled: Some(declaration), .. } = &decision.course else {
        return None;
    };
    action.cancels().then(|| Cancellation::Declared(declaration.clone()))
}

impl Alert {
    /// The outcome of a deadline that passed before anything was done. Only a whole search that
    /// found nothing is told as such.
    #[must_use]
    pub fn expired_outcome(&self) -> Outcome {
        if self.sale().is_some() {
            return Outcome::ExpiredMatched;
        }
        match self.searched() {
            Some(Need::NotFound) => Outcome::ExpiredUnmatched,
            Some(Need::Unsure { doubt }) if *doubt != Doubt::SearchCut => Outcome::ExpiredUndecided,
            _ => Outcome::ExpiredUnsearched,
        }
    }

    /// The result of the search for the sale, once the search has ended without a sale.
    fn searched(&self) -> Option<&Need> {
        let decided = || self.decision().and_then(|decision| decision.need.as_ref());
        self.need()
            .filter(|need| need.is_of_search())
            .or_else(|| decided().filter(|need| need.is_of_search()))
    }
}

fn of_invalid(invalid: &Invalid, sale: Option<&Candidate>) -> Outcome {
    let given_back = |candidate: &Candidate| {
        candidate.sale.standing.refunds.iter().any(|refund| refund.state == RefundState::Succeeded)
    };
    match invalid {
        Invalid::AlreadyRefunded => Outcome::AlreadyRefunded,
        Invalid::AlreadyChargedBack if sale.is_some_and(given_back) => {
            Outcome::ChargedBackPartlyRefunded
        }
        Invalid::AlreadyChargedBack => Outcome::AlreadyChargedBack,
        Invalid::FailedSale | Invalid::Retracted => Outcome::NotSettled,
        Invalid::Duplicate { of } => Outcome::DuplicateRefunded { of: of.clone() },
    }
}

/// Less than the sale is reported as partial, whatever part the bank disputes.
fn of_action(
    claim: &Claim,
    sale: Option<&Candidate>,
    refund: Option<&Refund>,
    cancellation: Option<&Cancellation>,
) -> Option<Outcome> {
    let told = sale.map(|candidate| &candidate.sale).filter(|sale| sale.amount_is_told());
    let whole = told.map_or(claim.amount, |sale| sale.amount);
    Some(match (refund, cancellation) {
        (Some(refund), _) if refund.way == Way::Voided => Outcome::NotSettled,
        (Some(refund), _)
            if refund.amount.currency == whole.currency && refund.amount.minor < whole.minor =>
        {
            Outcome::RefundedPartial
        }
        (Some(_), _) => Outcome::RefundedFull,
        (None, Some(Cancellation::Cancelled { .. } | Cancellation::Declared(_))) => {
            Outcome::CancelledOnly
        }
        (None, _) => return None,
    })
}

/// Nothing was done: because a whole search found nothing, because the refund failed, or because
/// the merchant disagrees.
const fn of_nothing(need: Option<&Need>, is_matched: bool) -> Outcome {
    match need {
        Some(Need::NotFound) if !is_matched => Outcome::NotFound,
        Some(Need::RefundFailed { .. } | Need::CredentialsRefused { .. }) => Outcome::RefundFailed,
        _ => Outcome::Contested,
    }
}

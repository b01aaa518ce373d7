//! The outcome that the vendor receives. The outcome derives from facts alone, which prevents a
//! false report.

use crate::alert::{
    Alert, AlertSettlement, CancellationResult, CourseOfAction, Decision, RefundRecord,
    ReturnMethod, ReviewReason,
};
use crate::basics::money::Money;
use crate::matching::{InvalidAlertReason, MatchCandidate, MatchDoubt};
use crate::network::claim::Claim;
use crate::network::outcome::AlertOutcome;
use crate::rules::ruleset::AlertAction;
use crate::sale::{PaymentStanding, RefundState};

impl AlertSettlement {
    /// Settles the decision with the results, and derives the outcome.
    #[must_use]
    pub fn from_decision(
        claim: &Claim,
        sale: Option<Box<MatchCandidate>>,
        decision: Box<Decision>,
        refund: Option<RefundRecord>,
        cancellation: Option<CancellationResult>,
    ) -> Self {
        let refund = refund.or_else(|| declared_refund(claim, &decision));
        let cancellation = cancellation.or_else(|| declared_cancellation(&decision));
        let outcome = match &decision.course {
            CourseOfAction::Tell(invalid) => outcome_of_invalid(invalid, sale.as_deref()),
            CourseOfAction::Act { action: AlertAction::NotFound, .. } => AlertOutcome::NotFound,
            CourseOfAction::Act { action: AlertAction::NotOurDescriptor, .. } => {
                AlertOutcome::NotOurDescriptor
            }
            CourseOfAction::Act { .. } => {
                outcome_of_action(claim, sale.as_deref(), refund.as_ref(), cancellation.as_ref())
                    .unwrap_or_else(|| outcome_of_inaction(decision.need.as_ref(), sale.is_some()))
            }
        };
        Self { sale, decision: Some(decision), refund, cancellation, outcome }
    }
}

impl AlertSettlement {
    /// Returns the refund for the vendor: ours, else the earlier refund that the outcome reports.
    #[must_use]
    pub fn reported_refund(&self, claim: &Claim) -> Option<RefundRecord> {
        if !self.outcome.is_refunded() {
            return None;
        }
        self.refund.clone().or_else(|| Some(self.earlier_refund(claim)))
    }

    /// Checks whether the answer reports this refund: by id, or by a person's declaration without a
    /// reference after an unconfirmed refund of ours.
    #[must_use]
    pub fn reports_refund(&self, refund: &str) -> bool {
        let unconfirmed = || {
            self.decision
                .as_ref()
                .and_then(|one| one.need.as_ref())
                .is_some_and(ReviewReason::can_money_move)
        };
        self.refund
            .as_ref()
            .is_some_and(|told| told.id == refund || (told.id.is_empty() && unconfirmed()))
    }

    /// Returns the refund before the alert. Without a listed refund, the dispute stands in, else
    /// the claim.
    fn earlier_refund(&self, claim: &Claim) -> RefundRecord {
        let standing = self.sale.as_ref().map(|found| &found.sale.standing);
        if let Some(refund) = standing.and_then(|standing| self.find_earlier_refund(standing)) {
            return refund;
        }
        let dispute = standing.and_then(|standing| standing.dispute.as_ref());
        let at = dispute.map_or(claim.alerted_at, |dispute| dispute.opened);
        let id = dispute.map(|dispute| dispute.id.clone()).unwrap_or_default();
        RefundRecord::new(id, claim.disputed_amount(), at, ReturnMethod::Refunded)
    }
}

impl AlertSettlement {
    /// Selects from the refunds before the alert: the refund for the other alert, else the latest
    /// refund with the total of all.
    fn find_earlier_refund(&self, standing: &PaymentStanding) -> Option<RefundRecord> {
        let succeeded =
            || standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
        if let AlertOutcome::DuplicateRefunded { of } = &self.outcome
            && let Some(refund) = succeeded().find(|refund| refund.alert.as_ref() == Some(of))
        {
            return Some(refund.to_refund_record());
        }
        let latest = succeeded().max_by_key(|refund| refund.at)?;
        let sum = succeeded().map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
        Some(RefundRecord {
            amount: Money::new(sum, latest.amount.currency),
            ..latest.to_refund_record()
        })
    }
}

/// Returns the declared refund, if the decision rests on a declaration.
fn declared_refund(claim: &Claim, decision: &Decision) -> Option<RefundRecord> {
    let CourseOfAction::Act { action, amount, declared: Some(word), .. } = &decision.course else {
        return None;
    };
    let id = word.reference.clone().unwrap_or_default();
    let amount = amount.unwrap_or_else(|| claim.disputed_amount());
    action.includes_refund().then_some(RefundRecord::new(
        id,
        amount,
        word.at,
        ReturnMethod::Declared,
    ))
}

/// Returns the declared cancellation, if the decision rests on a declaration.
fn declared_cancellation(decision: &Decision) -> Option<CancellationResult> {
    let CourseOfAction::Act { action, cancelled: Some(declaration), .. } = &decision.course else {
        return None;
    };
    action.includes_cancellation().then(|| CancellationResult::Declared(declaration.clone()))
}

impl Alert {
    /// Returns the outcome of an alert that expired. Only a complete search without a match is
    /// reported as unmatched.
    #[must_use]
    pub fn expired_outcome(&self) -> AlertOutcome {
        if self.sale().is_some() {
            return AlertOutcome::ExpiredMatched;
        }
        match self.search_result() {
            Some(ReviewReason::NotFound) => AlertOutcome::ExpiredUnmatched,
            Some(ReviewReason::Unsure { doubt }) if *doubt != MatchDoubt::SearchCut => {
                AlertOutcome::ExpiredUndecided
            }
            _ => AlertOutcome::ExpiredUnsearched,
        }
    }

    /// Returns the result of the search, if the search ended without a sale.
    fn search_result(&self) -> Option<&ReviewReason> {
        let decided = || self.decision().and_then(|decision| decision.need.as_ref());
        self.review_reason()
            .filter(|need| need.is_search_result())
            .or_else(|| decided().filter(|need| need.is_search_result()))
    }
}

/// Maps the reason of an invalid alert to the outcome.
fn outcome_of_invalid(invalid: &InvalidAlertReason, sale: Option<&MatchCandidate>) -> AlertOutcome {
    let given_back = |candidate: &MatchCandidate| {
        candidate.sale.standing.refunds.iter().any(|refund| refund.state == RefundState::Succeeded)
    };
    match invalid {
        InvalidAlertReason::AlreadyRefunded => AlertOutcome::AlreadyRefunded,
        InvalidAlertReason::AlreadyChargedBack if sale.is_some_and(given_back) => {
            AlertOutcome::ChargedBackPartlyRefunded
        }
        InvalidAlertReason::AlreadyChargedBack => AlertOutcome::AlreadyChargedBack,
        InvalidAlertReason::FailedSale | InvalidAlertReason::Retracted => AlertOutcome::NotSettled,
        InvalidAlertReason::Duplicate { of } => AlertOutcome::DuplicateRefunded { of: of.clone() },
    }
}

/// Maps the results to the outcome. A refund below the sale's amount is partial, even if the bank
/// disputes only that part.
fn outcome_of_action(
    claim: &Claim,
    sale: Option<&MatchCandidate>,
    refund: Option<&RefundRecord>,
    cancellation: Option<&CancellationResult>,
) -> Option<AlertOutcome> {
    let told = sale.map(|candidate| &candidate.sale).filter(|sale| sale.has_amount());
    let whole = told.map_or(claim.amount, |sale| sale.amount);
    Some(match (refund, cancellation) {
        (Some(refund), _) if refund.way == ReturnMethod::Voided => AlertOutcome::NotSettled,
        (Some(refund), _)
            if refund.amount.currency == whole.currency && refund.amount.minor < whole.minor =>
        {
            AlertOutcome::RefundedPartial
        }
        (Some(_), _) => AlertOutcome::RefundedFull,
        (None, Some(CancellationResult::Cancelled { .. } | CancellationResult::Declared(_))) => {
            AlertOutcome::CancelledOnly
        }
        (None, _) => return None,
    })
}

/// Maps an action without a result to the outcome: a complete search matched nothing, the refund
/// failed, or the merchant contests the claim.
const fn outcome_of_inaction(need: Option<&ReviewReason>, is_matched: bool) -> AlertOutcome {
    match need {
        Some(ReviewReason::NotFound) if !is_matched => AlertOutcome::NotFound,
        Some(ReviewReason::RefundFailed { .. } | ReviewReason::CredentialsRefused { .. }) => {
            AlertOutcome::RefundFailed
        }
        _ => AlertOutcome::Contested,
    }
}

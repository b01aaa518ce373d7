//! Twins: two equal payments of the same card, where the bank reports a duplicate charge.

use super::unite::is_equal_payment;
use super::{
    MOST_WITH_BIN, MatchCandidate, MatchDoubt, MatchEvidence, MatchResult, SearchReach, evidence,
    unite_views,
};
use crate::network::claim::Claim;
use crate::network::reason_code::DuplicateCertainty;
use crate::sale::{RefundState, Sale};

/// The most equal payments that are read at the processor. With more, a person chooses.
pub const MOST_TWINS: usize = 2;

/// Builds the search for twins of the match: the same card and amount, in the days around the
/// match. Returns `None` if the claim has another reason, or if no sale leads.
#[must_use]
pub fn build_twin_search(claim: &Claim, found: &MatchResult) -> Option<Claim> {
    claim.duplicate_certainty()?;
    let sale = &leading_candidate(found)?.sale;
    let (arn, auth_code, transaction_id, chargeback_amount) = (None, None, None, None);
    let (card, amount, transacted) = (sale.card.clone(), sale.amount, Some(sale.authorised));
    Some(Claim {
        amount,
        chargeback_amount,
        transacted,
        card,
        arn,
        auth_code,
        transaction_id,
        ..claim.clone()
    })
}

/// Returns the equal payments that contain the duplicate. The caller reads these payments at the
/// processor before [`settle_twins`] decides. Returns `None` if the claim has another reason, or if
/// no sale leads.
#[must_use]
pub fn find_twins(
    claim: &Claim,
    found: &MatchResult,
    sales: &[Sale],
) -> Option<Vec<MatchCandidate>> {
    claim.duplicate_certainty()?;
    let first = leading_candidate(found)?;
    let is_twin = |sale: &Sale| {
        sale.id == first.sale.id || (!sale.standing.failed && is_equal_payment(&first.sale, sale))
    };
    Some(
        unite_views(sales)
            .into_iter()
            .filter(is_twin)
            .map(|sale| evidence::rank_candidate(claim, sale).candidate)
            .collect(),
    )
}

/// Returns the candidate that leads all candidates except twins.
fn leading_candidate(found: &MatchResult) -> Option<&MatchCandidate> {
    match found {
        MatchResult::One(one) => Some(one),
        MatchResult::Unsure { why: MatchDoubt::Tie, candidates } => candidates.first(),
        MatchResult::Unsure { .. } | MatchResult::Nothing => None,
    }
}

/// Decides which of the equal payments the claim means, from fresh reads at the processors.
///
/// - Of two captures without a refund, the payment that the evidence names is meant, else the
///   later.
/// - Of two captures with a single full refund, the refunded capture is meant, which makes the
///   alert invalid. Evidence that names the other capture leaves the choice to a person.
/// - A single payment is accepted if the evidence names the payment, or if the bank reports only a
///   possible duplicate.
/// - Everything else goes to a person. Twins of a common amount do, too, because the digits of two
///   cards may agree by chance.
#[must_use]
pub fn settle_twins(claim: &Claim, twins: Vec<MatchCandidate>, reach: SearchReach) -> MatchResult {
    let named: Vec<bool> = twins.iter().map(MatchCandidate::names_one_payment).collect();
    let chosen = match (twins.as_slice(), claim.duplicate_certainty()) {
        ([_], Some(duplicate)) if named == [true] || duplicate == DuplicateCertainty::Possible => {
            Some((0, None))
        }
        ([_, _], Some(_)) if reach.same_amount > MOST_WITH_BIN && !named.contains(&true) => None,
        ([a, b], Some(_)) if is_equal_payment(&a.sale, &b.sale) => {
            choose_twin([&a.sale, &b.sale], &named)
        }
        _ => None,
    };
    match chosen.and_then(|(at, evidence)| Some((twins.get(at)?.clone(), evidence))) {
        Some((mut one, evidence)) => {
            one.evidence.extend(evidence);
            one.evidence.sort_unstable();
            MatchResult::One(Box::new(one))
        }
        None => MatchResult::Unsure { why: MatchDoubt::Twins, candidates: twins },
    }
}

/// Returns the index of the payment that is meant, with the evidence for the choice.
fn choose_twin(twins: [&Sale; 2], named: &[bool]) -> Option<(usize, Option<MatchEvidence>)> {
    let named = named.iter().position(|is| *is).filter(|_| !named.iter().all(|is| *is));
    let refunded = |at: usize| {
        named.is_none_or(|named| named == at).then_some((at, Some(MatchEvidence::RefundedTwin)))
    };
    match twins.map(refund_extent) {
        [RefundExtent::Nothing, RefundExtent::Nothing] => match named {
            Some(at) => Some((at, None)),
            None => later_twin_index(twins).map(|at| (at, Some(MatchEvidence::LaterTwin))),
        },
        [RefundExtent::All, RefundExtent::Nothing] => refunded(0),
        [RefundExtent::Nothing, RefundExtent::All] => refunded(1),
        _ => None,
    }
}

/// The extent to which a payment was refunded.
enum RefundExtent {
    Nothing,
    All,
    /// A partial or pending refund, an open dispute, or money that was never captured.
    Unclear,
}

fn refund_extent(sale: &Sale) -> RefundExtent {
    let standing = &sale.standing;
    let confirmed = standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
    let confirmed = confirmed.map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
    let prevented = standing.dispute.as_ref().is_some_and(|dispute| dispute.prevented);
    if standing.failed || standing.unsettled {
        RefundExtent::Unclear
    } else if prevented || confirmed >= sale.amount.minor {
        RefundExtent::All
    } else if standing.refunded_minor_units() == 0 && standing.dispute.is_none() {
        RefundExtent::Nothing
    } else {
        RefundExtent::Unclear
    }
}

/// Returns the index of the later payment, if the times differ.
fn later_twin_index([first, second]: [&Sale; 2]) -> Option<usize> {
    let (a, b) = (first.authorised, second.authorised);
    let order = a.at.zip(b.at).map_or_else(|| a.day.cmp(&b.day), |(a, b)| a.cmp(&b));
    match order {
        std::cmp::Ordering::Greater => Some(0),
        std::cmp::Ordering::Less => Some(1),
        std::cmp::Ordering::Equal => None,
    }
}

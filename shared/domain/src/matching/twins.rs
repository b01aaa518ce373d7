//! Two equal payments of one card, where the bank says that the customer was charged twice.

use super::unite::is_equal;
use super::{Candidate, Doubt, Evidence, Found, MOST_WITH_BIN, Reach, evidence, unite};
use crate::network::claim::Claim;
use crate::network::reason_code::Duplicate;
use crate::sale::{RefundState, Sale};

/// How many equal payments are read at the processor; with more, a person says which are meant.
pub const MOST_TWINS: usize = 2;

/// What is searched for a match's twins: its card and amount, in the days around it. Nothing where
/// the claim is of another reason, or no sale stands out from the rest.
#[must_use]
pub fn twin_search(claim: &Claim, found: &Found) -> Option<Claim> {
    claim.duplicate()?;
    let sale = &first(found)?.sale;
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

/// The equal payments among which a duplicate is, to be read at the processor before
/// [`settle_twins`] decides. Nothing where the claim is of another reason, or no sale stands out
/// from the rest.
#[must_use]
pub fn twins_of(claim: &Claim, found: &Found, sales: &[Sale]) -> Option<Vec<Candidate>> {
    claim.duplicate()?;
    let first = first(found)?;
    let is_twin = |sale: &Sale| {
        sale.id == first.sale.id || (!sale.standing.failed && is_equal(&first.sale, sale))
    };
    Some(
        unite(sales)
            .into_iter()
            .filter(is_twin)
            .map(|sale| evidence::candidate(claim, sale).candidate)
            .collect(),
    )
}

/// A sale that stands out from the rest, but for its twins.
fn first(found: &Found) -> Option<&Candidate> {
    match found {
        Found::One(one) => Some(one),
        Found::Unsure { why: Doubt::Tie, candidates } => candidates.first(),
        Found::Unsure { .. } | Found::Nothing => None,
    }
}

/// Which of the equal payments is the claim's, by what their processors have of them now. The later
/// of two captures of which nothing went back; the one that went back, which makes the alert wrong;
/// else a person says. Of a common amount, two cards' digits may agree by chance.
#[must_use]
pub fn settle_twins(claim: &Claim, twins: Vec<Candidate>, reach: Reach) -> Found {
    let named: Vec<bool> = twins.iter().map(Candidate::names_one_payment).collect();
    let chosen = match (twins.as_slice(), claim.duplicate()) {
        ([_], Some(duplicate)) if named == [true] || duplicate == Duplicate::Possible => {
            Some((0, None))
        }
        ([_, _], Some(_)) if reach.same_amount > MOST_WITH_BIN && !named.contains(&true) => None,
        ([a, b], Some(_)) if is_equal(&a.sale, &b.sale) => choose([&a.sale, &b.sale], &named),
        _ => None,
    };
    match chosen.and_then(|(at, evidence)| Some((twins.get(at)?.clone(), evidence))) {
        Some((mut one, evidence)) => {
            one.evidence.extend(evidence);
            one.evidence.sort_unstable();
            Found::One(Box::new(one))
        }
        None => Found::Unsure { why: Doubt::Twins, candidates: twins },
    }
}

/// The place of the payment that is meant, and the evidence that says so.
fn choose(twins: [&Sale; 2], named: &[bool]) -> Option<(usize, Option<Evidence>)> {
    let named = named.iter().position(|is| *is).filter(|_| !named.iter().all(|is| *is));
    let refunded = |at: usize| {
        named.is_none_or(|named| named == at).then_some((at, Some(Evidence::RefundedTwin)))
    };
    match twins.map(given_back) {
        [GivenBack::Nothing, GivenBack::Nothing] => match named {
            Some(at) => Some((at, None)),
            None => later(twins).map(|at| (at, Some(Evidence::LaterTwin))),
        },
        [GivenBack::All, GivenBack::Nothing] => refunded(0),
        [GivenBack::Nothing, GivenBack::All] => refunded(1),
        _ => None,
    }
}

enum GivenBack {
    Nothing,
    All,
    /// A part, a refund on its way, an open dispute, or money that was never captured.
    Unclear,
}

fn given_back(sale: &Sale) -> GivenBack {
    let standing = &sale.standing;
    let confirmed = standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
    let confirmed = confirmed.map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
    let prevented = standing.dispute.as_ref().is_some_and(|dispute| dispute.prevented);
    if standing.failed || standing.unsettled {
        GivenBack::Unclear
    } else if prevented || confirmed >= sale.amount.minor {
        GivenBack::All
    } else if standing.refunded() == 0 && standing.dispute.is_none() {
        GivenBack::Nothing
    } else {
        GivenBack::Unclear
    }
}

/// The place of the later one, where their times tell.
fn later([first, second]: [&Sale; 2]) -> Option<usize> {
    let (a, b) = (first.authorised, second.authorised);
    let order = a.at.zip(b.at).map_or_else(|| a.day.cmp(&b.day), |(a, b)| a.cmp(&b));
    match order {
        std::cmp::Ordering::Greater => Some(0),
        std::cmp::Ordering::Less => Some(1),
        std::cmp::Ordering::Equal => None,
    }
}

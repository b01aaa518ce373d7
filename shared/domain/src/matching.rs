//! Matching: which sale a claim is about, with the evidence named, or why a person must say.
//!
//! A candidate's score is its tier's base and the points of its evidence. A better tier always
//! wins; within a tier only a lead that days, brand, BIN and descriptor cannot make up together
//! decides ([`MARGIN`]).
//!
//! | tier | asks for | base |
//! |---|---|---|
//! | identity | the network's transaction id, or the processor's reference | 500 |
//! | ARN | the ARN with last 4 or, unless the ARN is another year's, amount | 400 |
//! | auth code | auth code, last 4, near the day or with the exact amount within ten days | 300 |
//! | card | last 4, no other BIN or brand, the exact amount and currency, near the day | 200 |
//! | weak | less than that: for a person only | 0 |
//!
//! An ARN against another last 4 also asks for the day or the auth code. The card tier also asks
//! for few sales of that amount: [`MOST_WITHOUT_BIN`], or [`MOST_WITH_BIN`] where the BIN agrees.
//! Parts of a sale are weak, and masked cards by amount, day, brand and descriptor.
//!
//! | evidence | points | evidence | points |
//! |---|---|---|---|
//! | network transaction id, processor reference | 60 | BIN | 10 |
//! | ARN | 60 | same day, near day | 5, 3 |
//! | auth code | 40 | brand, descriptor | 3, 3 |
//! | exact, authorised, partial amount | 30, 25, 10 | other network id, ARN | -60 |
//! | last 4 | 20 | other auth code, last 4, BIN, brand | -40, -20, -15, -10 |
//!
//! `DEVICE_LAST4` stands beside the last 4 and `AMOUNT_PRESENTED` beside the exact amount; they
//! give no points of their own.
//!
//! *Near the day*: the bank's day is the sale's, the day before, or up to three days later. A part
//! that is disputed (the chargeback's amount below the transaction's) changes no tier: the
//! transaction's amount is what must be the sale's. A search that was cut ([`Reach`]) makes only a
//! match that names one payment. Where the bank says that the customer was charged twice,
//! [`settle_twins`] has the last word.
//!
//! `tests/bench` measures each tier against noise; `docs/benchmarks.md` has the figures.

mod evidence;
mod precheck;
mod reach;
pub mod setup;
mod tier;
mod twins;
mod unite;

pub use precheck::pre_check_alert;
pub use reach::{LIKELY, SearchReach, is_of_card, is_plausible_sale, score_likeness, search_days};
pub use tier::{MOST_WITH_BIN, MOST_WITHOUT_BIN};
pub use twins::{MOST_TWINS, build_twin_search, find_twins, settle_twins};
pub use unite::unite_views;

use serde::{Deserialize, Serialize};

use crate::network::claim::Claim;
use crate::sale::Sale;
use evidence::RankedCandidate;

/// The least score that matches by itself: the base of the lowest tier that may.
pub const BAR: u32 = 200;

/// How far the best must lead within its tier: more than BIN, day, brand and descriptor give
/// together (21 points).
pub const MARGIN: u32 = 24;

/// How many candidates are kept for a person.
pub const KEPT: usize = 10;

/// A sale that may be the one, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchCandidate {
    pub sale: Sale,
    pub score: u32,
    pub evidence: Vec<MatchEvidence>,
}

/// One thing on which claim and sale agree, or contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Evidence))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchEvidence {
    NetworkTransactionId,
    ProcessorReference,
    Arn,
    AuthCode,
    CardBin,
    CardLast4,
    CardBrand,
    AmountExact,
    /// The authorised amount, not the captured one.
    AmountAuthorised,
    /// What is disputed is less than the sale. It is no proof: only the bank's word makes it a part
    /// of this sale.
    AmountPartial,
    SameDay,
    /// The bank's day is up to three days after the sale's, as that of posting is, or one before.
    NearDay,
    Descriptor,
    /// The last four digits are those of a wallet's device, not of the card. Beside `CARD_LAST4`.
    DeviceLast4,
    /// The amount is the one that the cardholder was asked for, in another currency than the
    /// sale's. Beside `AMOUNT_EXACT`.
    AmountPresented,
    ContradictsNetworkTransactionId,
    ContradictsArn,
    ContradictsAuthCode,
    ContradictsCardLast4,
    ContradictsCardBin,
    ContradictsCardBrand,
    /// The later of two equal payments, where the bank says that the customer was charged twice.
    LaterTwin,
    /// The one of two equal payments that went back already, where the bank says so.
    RefundedTwin,
}

/// What the search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchResult {
    /// One sale, beyond doubt.
    One(Box<MatchCandidate>),
    /// A person must choose, the likeliest first.
    Unsure { why: MatchDoubt, candidates: Vec<MatchCandidate> },
    /// Nothing that fits.
    Nothing,
}

/// Why a match is not made by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchDoubt {
    /// Two sales fit equally well.
    Tie,
    /// Strong evidence speaks for and against.
    Contradiction,
    /// The evidence is too weak.
    WeakEvidence,
    /// There are more payments of those days than are looked at, and no evidence names one.
    SearchCut,
    /// The integration matches strictly, and no processor has the payment.
    Unconfirmed,
    /// The integration's sales are matched by a person.
    NotAutomatic,
    /// So many sales have this amount that card, amount and day agree by chance.
    CommonAmount,
    /// The bank says that the customer was charged twice, and the payments do not tell which of
    /// them is meant.
    Twins,
    /// A person said that no such payment was made, and the search found one.
    Denied,
}

/// Why an alert needs no refund: it was wrong when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvalidAlertReason {
    AlreadyRefunded,
    AlreadyChargedBack,
    FailedSale,
    /// We refunded the sale for another alert.
    Duplicate {
        of: String,
    },
    /// The vendor took it back.
    Retracted,
}

/// Finds the claim's sale among the given ones, which may hold several views of a sale, in any
/// order, and are all there is.
#[must_use]
pub fn find_best_match(claim: &Claim, sales: &[Sale]) -> MatchResult {
    find_best_match_within(claim, sales, SearchReach::default())
}

/// Finds the claim's sale among those that a search of such a reach found.
#[must_use]
pub fn find_best_match_within(claim: &Claim, sales: &[Sale], reach: SearchReach) -> MatchResult {
    let mut weighed: Vec<RankedCandidate> = unite_views(sales)
        .into_iter()
        .filter_map(|sale| RankedCandidate::from_claim_and_sale(claim, sale))
        .collect();
    weighed.sort_by(|a, b| {
        b.candidate
            .score
            .cmp(&a.candidate.score)
            .then_with(|| a.candidate.sale.id.cmp(&b.candidate.sale.id))
    });
    let why = find_doubt(&weighed, reach).or_else(|| {
        let at = find_rival_index(&weighed, claim)?;
        weighed.get_mut(1..=at)?.rotate_right(1); // a person sees the two side by side
        Some(MatchDoubt::Tie)
    });
    let mut candidates: Vec<MatchCandidate> =
        weighed.into_iter().take(KEPT).map(|one| one.candidate).collect();
    match why {
        Some(MatchDoubt::SearchCut) => {
            MatchResult::Unsure { why: MatchDoubt::SearchCut, candidates }
        }
        _ if candidates.is_empty() => MatchResult::Nothing,
        Some(why) => MatchResult::Unsure { why, candidates },
        None => MatchResult::One(Box::new(candidates.swap_remove(0))),
    }
}

/// The place of a payment that the bank may mean as well as the first.
fn find_rival_index(weighed: &[RankedCandidate], claim: &Claim) -> Option<usize> {
    let (first, others) = weighed.split_first()?;
    others
        .iter()
        .position(|other| first.is_rivalled_by(other, claim))
        .map(|at| at.saturating_add(1))
}

/// What speaks against taking the first.
fn find_doubt(weighed: &[RankedCandidate], reach: SearchReach) -> Option<MatchDoubt> {
    let first = weighed.first();
    if reach.is_cut && !first.is_some_and(RankedCandidate::names_one_payment) {
        return Some(MatchDoubt::SearchCut);
    }
    let first = first?;
    let is_tied = weighed.get(1).is_some_and(|second| !first.is_clearly_ahead_of(second));
    if first.is_weak() {
        Some(MatchDoubt::WeakEvidence)
    } else if first.candidate.is_contradicted() {
        Some(MatchDoubt::Contradiction)
    } else if first.candidate.score < BAR {
        Some(MatchDoubt::WeakEvidence)
    } else if is_tied {
        Some(MatchDoubt::Tie)
    } else {
        (!first.is_sure(reach)).then_some(MatchDoubt::CommonAmount)
    }
}

impl MatchCandidate {
    /// A sale that a person named, with the evidence there is for it.
    #[must_use]
    pub fn from_named_sale(claim: &Claim, sale: Sale) -> Self {
        evidence::rank_candidate(claim, sale).candidate
    }

    /// Whether a match has evidence that only one payment has, however many sales there are.
    #[must_use]
    pub fn names_one_payment(&self) -> bool {
        let has = |one| self.evidence.contains(&one);
        has(MatchEvidence::NetworkTransactionId)
            || has(MatchEvidence::ProcessorReference)
            || has(MatchEvidence::Arn)
            || (has(MatchEvidence::AuthCode) && has(MatchEvidence::CardLast4))
    }

    /// Whether a match has evidence that whoever took the payment learns from its acquirer, and
    /// nobody can make up.
    #[must_use]
    pub fn has_acquirer_evidence(&self) -> bool {
        let has = |one| self.evidence.contains(&one);
        has(MatchEvidence::NetworkTransactionId)
            || has(MatchEvidence::Arn)
            || (has(MatchEvidence::AuthCode) && has(MatchEvidence::CardLast4))
    }

    /// Whether evidence that names one payment alone says it is another.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        let strong = [
            MatchEvidence::ContradictsNetworkTransactionId,
            MatchEvidence::ContradictsArn,
            MatchEvidence::ContradictsAuthCode,
        ];
        self.evidence.iter().any(|evidence| strong.contains(evidence))
    }
}

#[cfg(test)]
mod tests;

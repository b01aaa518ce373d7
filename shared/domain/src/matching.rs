//! Matching: finds the sale that a claim is about, with named evidence, or the doubt that a person
//! must settle.
//!
//! A candidate's score is the base of the tier plus the points of the evidence. A better tier
//! always wins. Within a tier, the best candidate needs a lead that days, brand, BIN and descriptor
//! cannot make up together ([`MARGIN`]).
//!
//! | tier | requires | base |
//! |---|---|---|
//! | identity | the network's transaction id, or the processor's reference | 500 |
//! | ARN | the ARN with last 4 or, unless the ARN is another year's, amount | 400 |
//! | auth code | auth code, last 4, near the day or with the exact amount within ten days | 300 |
//! | card | last 4, no other BIN or brand, the exact amount and currency, near the day | 200 |
//! | weak | less evidence: for a person only | 0 |
//!
//! An ARN against another last 4 also requires the day or the auth code. The card tier also
//! requires few sales of that amount: [`MOST_WITHOUT_BIN`], or [`MOST_WITH_BIN`] where the BIN
//! agrees. Parts of a sale are weak. Masked cards that agree by amount, day, brand and descriptor
//! are weak, too.
//!
//! | evidence | points | evidence | points |
//! |---|---|---|---|
//! | network transaction id, processor reference | 60 | BIN | 10 |
//! | ARN | 60 | same day, near day | 5, 3 |
//! | auth code | 40 | brand, descriptor | 3, 3 |
//! | exact, authorised, partial amount | 30, 25, 10 | other network id, ARN | -60 |
//! | last 4 | 20 | other auth code, last 4, BIN, brand | -40, -20, -15, -10 |
//!
//! `DEVICE_LAST4` accompanies the last 4 and `AMOUNT_PRESENTED` the exact amount; neither gives
//! points.
//!
//! *Near the day*: the bank's day is the sale's day, the day before, or up to three days later. A
//! partial dispute (the chargeback's amount is below the transaction's) changes no tier: the
//! transaction's amount must equal the sale's. A search that was cut ([`SearchReach`]) makes a
//! match only if the evidence names a single payment. Where the bank reports a duplicate charge,
//! [`settle_twins`] decides.
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

/// The least score for an automatic match: the base of the lowest tier that may match.
pub const BAR: u32 = 200;

/// The lead that the best candidate needs within a tier: more than BIN, day, brand and descriptor
/// give together (21 points).
pub const MARGIN: u32 = 24;

/// The most candidates that are stored for a person.
pub const KEPT: usize = 10;

/// A sale that may be the claim's, with the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchCandidate {
    pub sale: Sale,
    pub score: u32,
    pub evidence: Vec<MatchEvidence>,
}

/// A fact on which claim and sale agree, or contradict each other.
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
    /// The authorised amount agrees, not the captured amount.
    AmountAuthorised,
    /// The disputed amount is less than the sale. This alone is no proof: only the bank's statement
    /// makes the claim a part of this sale.
    AmountPartial,
    SameDay,
    /// The bank's day is up to three days after the sale, as a posting day is, or a day before.
    NearDay,
    Descriptor,
    /// The last four digits belong to a wallet's device, not to the card. Accompanies `CARD_LAST4`.
    DeviceLast4,
    /// The amount is the amount presented to the cardholder, in another currency than the sale's.
    /// Accompanies `AMOUNT_EXACT`.
    AmountPresented,
    ContradictsNetworkTransactionId,
    ContradictsArn,
    ContradictsAuthCode,
    ContradictsCardLast4,
    ContradictsCardBin,
    ContradictsCardBrand,
    /// The later of two equal payments, where the bank reports a duplicate charge.
    LaterTwin,
    /// The refunded payment of two equal payments, where the bank reports a duplicate charge.
    RefundedTwin,
}

/// The result of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchResult {
    /// A single sale, beyond doubt.
    One(Box<MatchCandidate>),
    /// A person must choose; the likeliest candidate comes first.
    Unsure { why: MatchDoubt, candidates: Vec<MatchCandidate> },
    /// No sale fits.
    Nothing,
}

/// The reason why no automatic match is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchDoubt {
    /// Two sales fit equally well.
    Tie,
    /// Strong evidence speaks for and against the sale.
    Contradiction,
    /// The evidence is too weak.
    WeakEvidence,
    /// The search was cut: those days have more payments than are read, and no evidence names a
    /// single payment.
    SearchCut,
    /// The integration matches strictly, and no processor has the payment.
    Unconfirmed,
    /// A person matches the sales of this integration.
    NotAutomatic,
    /// Many sales have this amount, and card, amount and day may agree by chance.
    CommonAmount,
    /// The bank reports a duplicate charge, and the payments do not show which payment is meant.
    Twins,
    /// A person denied that the payment exists, and the search returned a payment.
    Denied,
}

/// The reason why an alert was wrong on arrival and needs no refund.
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
    /// The vendor retracted the alert.
    Retracted,
}

/// Finds the claim's sale among the sales of a complete search. Several sales may be views of the
/// same payment, in any sequence.
#[must_use]
pub fn find_best_match(claim: &Claim, sales: &[Sale]) -> MatchResult {
    find_best_match_within(claim, sales, SearchReach::default())
}

/// Finds the claim's sale among the sales of a search with this reach.
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
        weighed.get_mut(1..=at)?.rotate_right(1); // side by side for the person
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

/// Returns the index of another payment that the bank may mean as well as the first.
fn find_rival_index(weighed: &[RankedCandidate], claim: &Claim) -> Option<usize> {
    let (first, others) = weighed.split_first()?;
    others
        .iter()
        .position(|other| first.is_rivalled_by(other, claim))
        .map(|at| at.saturating_add(1))
}

/// Returns the doubt against an automatic match with the first candidate.
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
    /// Weighs a sale that a person named.
    #[must_use]
    pub fn from_named_sale(claim: &Claim, sale: Sale) -> Self {
        evidence::rank_candidate(claim, sale).candidate
    }

    /// Checks whether the evidence names a single payment, however many sales exist.
    #[must_use]
    pub fn names_one_payment(&self) -> bool {
        let has = |one| self.evidence.contains(&one);
        has(MatchEvidence::NetworkTransactionId)
            || has(MatchEvidence::ProcessorReference)
            || has(MatchEvidence::Arn)
            || (has(MatchEvidence::AuthCode) && has(MatchEvidence::CardLast4))
    }

    /// Checks whether the match has evidence that a merchant can learn only from the acquirer. Such
    /// evidence cannot be invented.
    #[must_use]
    pub fn has_acquirer_evidence(&self) -> bool {
        let has = |one| self.evidence.contains(&one);
        has(MatchEvidence::NetworkTransactionId)
            || has(MatchEvidence::Arn)
            || (has(MatchEvidence::AuthCode) && has(MatchEvidence::CardLast4))
    }

    /// Checks whether evidence that names a single payment contradicts the match.
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

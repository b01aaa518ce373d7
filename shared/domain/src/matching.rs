//! Matching: which sale a claim is about, with the evidence named, or why a person must say.
//!
//! A candidate's score is its tier's base and the points of its evidence. A better tier always wins; within a tier only
//! a lead that days, brand, BIN and descriptor cannot make up together decides ([`MARGIN`]).
//!
//! | tier | asks for | base |
//! |---|---|---|
//! | identity | the network's transaction id, or the processor's reference | 500 |
//! | ARN | the ARN with last 4 or amount (ARNs recycle; against another last 4 also the day or the auth code) | 400 |
//! | auth code | auth code, last 4, within 2 days | 300 |
//! | card | last 4, no other BIN or brand, the exact amount and currency, within 2 days | 200 |
//! | part | BIN, last 4, less than the sale, within 2 days | 150 |
//! | weak | less than that, among it masked cards by amount, day, brand and descriptor: for a person only | 0 |
//!
//! | evidence | points | evidence | points |
//! |---|---|---|---|
//! | network transaction id, processor reference | 60 | BIN | 10 |
//! | ARN | 60 | same day, near day | 5, 3 |
//! | auth code | 40 | brand, descriptor | 3, 3 |
//! | exact, authorised, partial amount | 30, 25, 10 | other network id, ARN | -60 |
//! | last 4 | 20 | other auth code, last 4, BIN, brand | -40, -20, -15, -10 |

mod evidence;
mod precheck;
mod unite;

pub use precheck::pre_check;
pub use unite::unite;

use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::sale::Sale;
use evidence::Weighed;

/// The least score that matches by itself: the base of the lowest tier that may.
pub const BAR: u32 = 150;

/// How far the best must lead within its tier: more than BIN, day, brand and descriptor give together (21 points).
pub const MARGIN: u32 = 24;

/// How many candidates are kept for a person.
pub const KEPT: usize = 10;

/// A sale that may be the one, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub sale: Sale,
    pub score: u32,
    pub evidence: Vec<Evidence>,
}

/// One thing on which claim and sale agree, or contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Evidence {
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
    /// The disputed part is smaller than the sale.
    AmountPartial,
    SameDay,
    /// One or two days apart.
    NearDay,
    Descriptor,
    ContradictsNetworkTransactionId,
    ContradictsArn,
    ContradictsAuthCode,
    ContradictsCardLast4,
    ContradictsCardBin,
    ContradictsCardBrand,
}

/// What the search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One sale, beyond doubt.
    One(Box<Candidate>),
    /// A person must choose, the likeliest first.
    Unsure { why: Doubt, candidates: Vec<Candidate> },
    /// Nothing that fits.
    Nothing,
}

/// Why a match is not made by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Doubt {
    /// Two sales fit equally well.
    Tie,
    /// Strong evidence speaks for and against.
    Contradiction,
    /// The evidence is too weak.
    WeakEvidence,
    /// Nothing was found, but the processor has more payments of those days than are looked at.
    SearchCut,
    /// The integration matches strictly, and no processor has the payment.
    Unconfirmed,
    /// The integration's sales are matched by a person.
    NotAutomatic,
    /// A person said that no such payment was made, and the search found one.
    Denied,
}

/// Why an alert needs no refund: it was wrong when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Invalid {
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

/// Finds the claim's sale among the given ones, which may hold several views of a sale, in any order.
#[must_use]
pub fn best(claim: &Claim, sales: &[Sale]) -> Found {
    let mut weighed: Vec<Weighed> = unite(sales).into_iter().filter_map(|sale| Weighed::of(claim, sale)).collect();
    weighed.sort_by(|a, b| b.candidate.score.cmp(&a.candidate.score).then_with(|| a.candidate.sale.id.cmp(&b.candidate.sale.id)));
    let why = doubt(&weighed);
    let mut candidates: Vec<Candidate> = weighed.into_iter().take(KEPT).map(|one| one.candidate).collect();
    match why {
        _ if candidates.is_empty() => Found::Nothing,
        Some(why) => Found::Unsure { why, candidates },
        None => Found::One(Box::new(candidates.swap_remove(0))),
    }
}

/// What speaks against taking the first.
fn doubt(weighed: &[Weighed]) -> Option<Doubt> {
    let (first, second) = (weighed.first()?, weighed.get(1));
    if first.is_weak() {
        return Some(Doubt::WeakEvidence);
    }
    if first.candidate.is_contradicted() {
        return Some(Doubt::Contradiction);
    }
    if first.candidate.score < BAR {
        return Some(Doubt::WeakEvidence);
    }
    second.is_some_and(|second| !first.leads(second)).then_some(Doubt::Tie)
}

impl Candidate {
    /// A sale that a person named, with the evidence there is for it.
    #[must_use]
    pub fn named(claim: &Claim, sale: Sale) -> Self {
        evidence::candidate(claim, sale).candidate
    }

    /// Whether evidence that names one payment alone says it is another.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        let strong = [Evidence::ContradictsNetworkTransactionId, Evidence::ContradictsArn, Evidence::ContradictsAuthCode];
        self.evidence.iter().any(|evidence| strong.contains(evidence))
    }
}

#[cfg(test)]
mod tests;

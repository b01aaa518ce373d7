//! How strong evidence is in kind, and how many points each piece of evidence is worth; see the
//! module's tables.

use super::{MatchEvidence, SearchReach};

/// The kinds of evidence, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EvidenceTier {
    None,
    Weak,
    Card,
    AuthCode,
    Arn,
    Identity,
}

/// Four digits agree by chance once in 10,000 cards. Among so few sales of the amount, and with one
/// alert in ten about a sale that is not held, fewer than 1 match in 3,000 is wrong.
pub const MOST_WITHOUT_BIN: u32 = 20;

/// A large bank's BIN is on one card in 30, so that as many more sales of the amount are no danger.
pub const MOST_WITH_BIN: u32 = 600;

impl EvidenceTier {
    /// The tier of a sale's evidence. `is_of_another_time` says that the bank cannot mean a sale of
    /// that day.
    pub fn from_evidence(evidence: &[MatchEvidence], is_of_another_time: bool) -> Self {
        use MatchEvidence::{
            AmountAuthorised, AmountExact, Arn, AuthCode, CardLast4, ContradictsCardBin,
            ContradictsCardBrand, ContradictsCardLast4, NearDay, NetworkTransactionId,
            ProcessorReference, SameDay,
        };
        let has = |wanted: &[MatchEvidence]| evidence.iter().any(|one| wanted.contains(one));
        let (near, exact) = (has(&[SameDay, NearDay]), has(&[AmountExact, AmountAuthorised]));
        let (last4, other_last4) = (has(&[CardLast4]), has(&[ContradictsCardLast4]));
        let same_card = last4 && !has(&[ContradictsCardBin, ContradictsCardBrand]);
        let coded = has(&[AuthCode]);
        let confirmed = last4 || (exact && (coded || !is_of_another_time));
        if has(&[NetworkTransactionId, ProcessorReference]) {
            Self::Identity
        } else if has(&[Arn]) && confirmed && (!other_last4 || near || coded) {
            Self::Arn
        } else if coded && last4 && (near || (exact && !is_of_another_time)) {
            Self::AuthCode
        } else if same_card && exact && near {
            Self::Card
        } else if is_worth_a_look(&has) {
            Self::Weak
        } else {
            Self::None
        }
    }

    /// What every candidate of the tier has before its evidence counts.
    pub const fn base_score(self) -> i32 {
        match self {
            Self::Identity => 500,
            Self::Arn => 400,
            Self::AuthCode => 300,
            Self::Card => 200,
            Self::Weak | Self::None => 0,
        }
    }

    /// Whether so few sales have this amount that card, amount and day are no coincidence.
    pub fn is_sure(self, evidence: &[MatchEvidence], reach: SearchReach) -> bool {
        let most = if evidence.contains(&MatchEvidence::CardBin) {
            MOST_WITH_BIN
        } else {
            MOST_WITHOUT_BIN
        };
        self != Self::Card || reach.same_amount <= most
    }
}

/// Too little to act on, enough to show: an ARN or auth code that is not confirmed, the right card
/// near the day, with the amount or with its BIN, or, where a wallet hides the card's own number,
/// amount, day and what else agrees.
fn is_worth_a_look(has: &impl Fn(&[MatchEvidence]) -> bool) -> bool {
    use MatchEvidence::{
        AmountAuthorised, AmountExact, Arn, AuthCode, CardBin, CardBrand, CardLast4,
        ContradictsCardBrand, ContradictsCardLast4, Descriptor, NearDay, SameDay,
    };
    let (near, exact) = (has(&[SameDay, NearDay]), has(&[AmountExact, AmountAuthorised]));
    let card = has(&[CardLast4]) && (near || exact || has(&[CardBin]));
    let either = has(&[CardBin, CardBrand, Descriptor])
        && !has(&[ContradictsCardLast4, ContradictsCardBrand]);
    let masked = exact && near && (either || (has(&[CardBrand]) && has(&[Descriptor])));
    has(&[Arn]) || (has(&[AuthCode]) && (near || exact)) || card || masked
}

/// How many points a piece of evidence is worth.
pub(super) const fn evidence_points(evidence: MatchEvidence) -> i32 {
    match evidence {
        MatchEvidence::NetworkTransactionId
        | MatchEvidence::ProcessorReference
        | MatchEvidence::Arn => 60,
        MatchEvidence::AuthCode => 40,
        MatchEvidence::AmountExact => 30,
        MatchEvidence::AmountAuthorised => 25,
        MatchEvidence::CardLast4 => 20,
        MatchEvidence::AmountPartial | MatchEvidence::CardBin => 10,
        MatchEvidence::SameDay => 5,
        MatchEvidence::NearDay | MatchEvidence::CardBrand | MatchEvidence::Descriptor => 3,
        // The evidence that these stand beside counts.
        MatchEvidence::LaterTwin
        | MatchEvidence::RefundedTwin
        | MatchEvidence::DeviceLast4
        | MatchEvidence::AmountPresented => 0,
        MatchEvidence::ContradictsNetworkTransactionId | MatchEvidence::ContradictsArn => -60,
        MatchEvidence::ContradictsAuthCode => -40,
        MatchEvidence::ContradictsCardLast4 => -20,
        MatchEvidence::ContradictsCardBin => -15,
        MatchEvidence::ContradictsCardBrand => -10,
    }
}

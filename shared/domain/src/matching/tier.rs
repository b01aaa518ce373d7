//! The tiers of evidence, and the points of each piece of evidence; see the tables of the parent
//! module.

use super::{MatchEvidence, SearchReach};

/// The tiers of evidence, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EvidenceTier {
    None,
    Weak,
    Card,
    AuthCode,
    Arn,
    Identity,
}

/// The most sales of the amount for a match without a BIN. Four digits agree by chance for 1 card
/// in 10,000. If 1 alert in 10 is about a missing sale, fewer than 1 match in 3,000 is wrong.
pub const MOST_WITHOUT_BIN: u32 = 20;

/// The most sales of the amount for a match with a BIN. A large bank's BIN is on 1 card in 30,
/// which makes 30 times as many sales safe.
pub const MOST_WITH_BIN: u32 = 600;

impl EvidenceTier {
    /// Returns the tier of the evidence. `is_of_another_time` means that the bank cannot mean a
    /// sale of that day.
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

    /// Returns the score of the tier before the points of the evidence.
    pub const fn base_score(self) -> i32 {
        match self {
            Self::Identity => 500,
            Self::Arn => 400,
            Self::AuthCode => 300,
            Self::Card => 200,
            Self::Weak | Self::None => 0,
        }
    }

    /// Checks whether few enough sales have this amount to rule out that card, amount and day agree
    /// by chance.
    pub fn is_sure(self, evidence: &[MatchEvidence], reach: SearchReach) -> bool {
        let most = if evidence.contains(&MatchEvidence::CardBin) {
            MOST_WITH_BIN
        } else {
            MOST_WITHOUT_BIN
        };
        self != Self::Card || reach.same_amount <= most
    }
}

/// Checks whether evidence that is too weak to act on is enough for a person's review. Enough is an
/// unconfirmed ARN or auth code, or the right card near the day, with the amount or with the BIN.
/// Where a wallet masks the card, amount and day are enough with another agreement.
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

/// Returns the points of a piece of evidence.
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
        // Only the accompanying evidence gives points.
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

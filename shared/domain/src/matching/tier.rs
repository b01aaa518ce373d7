//! How strong evidence is in kind, and how many points each piece of evidence is worth; see the
//! module's tables.

use super::{Evidence, Reach};

/// The kinds of evidence, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
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

impl Tier {
    /// The tier of a sale's evidence. `is_of_another_time` says that the bank cannot mean a sale of
    /// that day.
    pub fn of(evidence: &[Evidence], is_of_another_time: bool) -> Self {
        use Evidence::{
            AmountAuthorised, AmountExact, Arn, AuthCode, CardLast4, ContradictsCardBin,
            ContradictsCardBrand, ContradictsCardLast4, NearDay, NetworkTransactionId,
            ProcessorReference, SameDay,
        };
        let has = |wanted: &[Evidence]| evidence.iter().any(|one| wanted.contains(one));
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
    pub const fn base(self) -> i32 {
        match self {
            Self::Identity => 500,
            Self::Arn => 400,
            Self::AuthCode => 300,
            Self::Card => 200,
            Self::Weak | Self::None => 0,
        }
    }

    /// Whether so few sales have this amount that card, amount and day are no coincidence.
    pub fn is_sure(self, evidence: &[Evidence], reach: Reach) -> bool {
        let most =
            if evidence.contains(&Evidence::CardBin) { MOST_WITH_BIN } else { MOST_WITHOUT_BIN };
        self != Self::Card || reach.same_amount <= most
    }
}

/// Too little to act on, enough to show: an ARN or auth code that is not confirmed, the right card
/// near the day, with the amount or with its BIN, or, where a wallet hides the card's own number,
/// amount, day and what else agrees.
fn is_worth_a_look(has: &impl Fn(&[Evidence]) -> bool) -> bool {
    use Evidence::{
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
pub(super) const fn points(evidence: Evidence) -> i32 {
    match evidence {
        Evidence::NetworkTransactionId | Evidence::ProcessorReference | Evidence::Arn => 60,
        Evidence::AuthCode => 40,
        Evidence::AmountExact => 30,
        Evidence::AmountAuthorised => 25,
        Evidence::CardLast4 => 20,
        Evidence::AmountPartial | Evidence::CardBin => 10,
        Evidence::SameDay => 5,
        Evidence::NearDay | Evidence::CardBrand | Evidence::Descriptor => 3,
        // The evidence that these stand beside counts.
        Evidence::LaterTwin
        | Evidence::RefundedTwin
        | Evidence::DeviceLast4
        | Evidence::AmountPresented => 0,
        Evidence::ContradictsNetworkTransactionId | Evidence::ContradictsArn => -60,
        Evidence::ContradictsAuthCode => -40,
        Evidence::ContradictsCardLast4 => -20,
        Evidence::ContradictsCardBin => -15,
        Evidence::ContradictsCardBrand => -10,
    }
}

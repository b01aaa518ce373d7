//! What speaks for and against one sale, and how much.

use super::{Candidate, Evidence, MARGIN};
use crate::card::Card;
use crate::claim::{Claim, normalised};
use crate::enrolment::{MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR};
use crate::order::names_payment;
use crate::sale::Sale;

/// Banks tell days of authorisation or settlement, on calendars of their own.
const NEAR_DAYS: u32 = 2;

/// Shorter references are counters, which agree by chance.
const SHORTEST_REFERENCE: usize = 6;

/// A candidate with its tier.
pub(super) struct Weighed {
    tier: Tier,
    pub(super) candidate: Candidate,
}

/// How strong the evidence is in kind; see the module's table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    None,
    Weak,
    Part,
    Card,
    AuthCode,
    Arn,
    Identity,
}

impl Weighed {
    /// The sale with its evidence, if there is any that is worth a person's look.
    pub(super) fn of(claim: &Claim, sale: Sale) -> Option<Self> {
        Some(candidate(claim, sale)).filter(|weighed| weighed.tier > Tier::None)
    }

    pub(super) fn is_weak(&self) -> bool {
        self.tier <= Tier::Weak
    }

    /// Whether it is clearly the better of two.
    pub(super) fn leads(&self, other: &Self) -> bool {
        self.tier > other.tier || self.candidate.score > other.candidate.score.saturating_add(MARGIN)
    }
}

/// The sale with its evidence and tier, whatever they are.
pub(super) fn candidate(claim: &Claim, sale: Sale) -> Weighed {
    let mut evidence: Vec<Evidence> = [
        identity(claim, &sale),
        arn(claim, &sale),
        auth_code(claim, &sale),
        last4(&claim.card, &sale.card),
        bin(&claim.card, &sale.card),
        brand(&claim.card, &sale.card),
        amount(claim, &sale),
        day(claim, &sale),
        descriptor(claim, &sale),
    ]
    .into_iter()
    .flatten()
    .collect();
    evidence.sort_unstable();
    let tier = tier(&evidence);
    let points: i32 = evidence.iter().map(|one| points(*one)).sum();
    let score = u32::try_from(base(tier).saturating_add(points)).unwrap_or_default();
    Weighed { tier, candidate: Candidate { sale, score, evidence } }
}

fn tier(evidence: &[Evidence]) -> Tier {
    use Evidence::{
        AmountAuthorised, AmountExact, AmountPartial, Arn, AuthCode, CardBin, CardLast4, ContradictsCardBin, ContradictsCardBrand,
        ContradictsCardLast4, NearDay, NetworkTransactionId, ProcessorReference, SameDay,
    };
    let has = |wanted: &[Evidence]| evidence.iter().any(|one| wanted.contains(one));
    let (near, exact) = (has(&[SameDay, NearDay]), has(&[AmountExact, AmountAuthorised]));
    let (last4, other_last4) = (has(&[CardLast4]), has(&[ContradictsCardLast4]));
    let same_card = last4 && !has(&[ContradictsCardBin, ContradictsCardBrand]);
    if has(&[NetworkTransactionId, ProcessorReference]) {
        Tier::Identity
    } else if has(&[Arn]) && (last4 || exact) && (!other_last4 || near || has(&[AuthCode])) {
        Tier::Arn
    } else if has(&[AuthCode]) && last4 && near {
        Tier::AuthCode
    } else if same_card && exact && near {
        Tier::Card
    } else if same_card && has(&[CardBin]) && has(&[AmountPartial]) && near {
        Tier::Part
    } else if is_worth_a_look(&has) {
        Tier::Weak
    } else {
        Tier::None
    }
}

/// Too little to act on, enough to show: an ARN or auth code that is not confirmed, the right card near the day or with
/// the amount, or, where a wallet hides the card's own number, amount, day and what else agrees.
fn is_worth_a_look(has: &impl Fn(&[Evidence]) -> bool) -> bool {
    use Evidence::{
        AmountAuthorised, AmountExact, Arn, AuthCode, CardBin, CardBrand, CardLast4, ContradictsCardBrand, ContradictsCardLast4,
        Descriptor, NearDay, SameDay,
    };
    let (near, exact) = (has(&[SameDay, NearDay]), has(&[AmountExact, AmountAuthorised]));
    let card = has(&[CardLast4]) && (near || exact);
    let either = has(&[CardBin, CardBrand, Descriptor]) && !has(&[ContradictsCardLast4, ContradictsCardBrand]);
    let masked = exact && near && (either || (has(&[CardBrand]) && has(&[Descriptor])));
    has(&[Arn]) || (has(&[AuthCode]) && (near || exact)) || card || masked
}

const fn base(tier: Tier) -> i32 {
    match tier {
        Tier::Identity => 500,
        Tier::Arn => 400,
        Tier::AuthCode => 300,
        Tier::Card => 200,
        Tier::Part => 150,
        Tier::Weak | Tier::None => 0,
    }
}

const fn points(evidence: Evidence) -> i32 {
    match evidence {
        Evidence::NetworkTransactionId | Evidence::ProcessorReference | Evidence::Arn => 60,
        Evidence::AuthCode => 40,
        Evidence::AmountExact => 30,
        Evidence::AmountAuthorised => 25,
        Evidence::CardLast4 => 20,
        Evidence::AmountPartial | Evidence::CardBin => 10,
        Evidence::SameDay => 5,
        Evidence::NearDay | Evidence::CardBrand | Evidence::Descriptor => 3,
        Evidence::ContradictsNetworkTransactionId | Evidence::ContradictsArn => -60,
        Evidence::ContradictsAuthCode => -40,
        Evidence::ContradictsCardLast4 => -20,
        Evidence::ContradictsCardBin => -15,
        Evidence::ContradictsCardBrand => -10,
    }
}

/// Vendors put the network's or the processor's id in one field; a processor's name says by its prefix which it is.
fn identity(claim: &Claim, sale: &Sale) -> Option<Evidence> {
    let told = claim.transaction_id.as_deref().map(str::trim).filter(|id| id.len() >= SHORTEST_REFERENCE)?;
    let payment = sale.payment.as_ref();
    let references = [payment.map(|own| &own.reference), payment.and_then(|own| own.charge.as_ref()), Some(&sale.transaction_id)];
    if references.into_iter().flatten().any(|own| own == told) {
        return Some(Evidence::ProcessorReference);
    }
    if names_payment(told) {
        return None;
    }
    let (told, own) = (normalised(told), normalised(sale.network_transaction_id.as_deref()?));
    let evidence = agree(told == own, Evidence::NetworkTransactionId, Evidence::ContradictsNetworkTransactionId);
    (own.len() >= SHORTEST_REFERENCE).then_some(evidence)
}

/// ARNs have 23 digits, or 24 where a system puts one before them or a check digit after: the shorter is then the longer
/// one's beginning or end. Anything else that stands in the field is no ARN and proves nothing.
fn arn(claim: &Claim, sale: &Sale) -> Option<Evidence> {
    let (told, own) = (arn_digits(claim.arn.as_deref()?)?, arn_digits(sale.arn.as_deref()?)?);
    let (short, long) = if told.len() <= own.len() { (told, own) } else { (own, told) };
    let fits = long.starts_with(&short) || long.ends_with(&short);
    Some(agree(fits, Evidence::Arn, Evidence::ContradictsArn))
}

fn arn_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let real = digits.bytes().any(|digit| digit != b'0');
    (matches!(digits.len(), 23 | 24) && real).then_some(digits)
}

/// Auth codes have 6 characters; leading zeros get lost on the way.
fn auth_code(claim: &Claim, sale: &Sale) -> Option<Evidence> {
    let code = |text: Option<&str>| text.map(|text| format!("{:0>6}", normalised(text))).filter(|code| code.bytes().any(|b| b != b'0'));
    let (told, own) = (code(claim.auth_code.as_deref())?, code(sale.auth_code.as_deref())?);
    Some(agree(told == own, Evidence::AuthCode, Evidence::ContradictsAuthCode))
}

fn last4(claim: &Card, sale: &Card) -> Option<Evidence> {
    let (told, own) = (claim.last4.as_deref()?, sale.last4.as_deref()?);
    Some(agree(told == own, Evidence::CardLast4, Evidence::ContradictsCardLast4))
}

/// BINs of 6 and of 8 digits agree as far as both go.
fn bin(claim: &Card, sale: &Card) -> Option<Evidence> {
    let (told, own) = (claim.bin.as_deref()?, sale.bin.as_deref()?);
    let length = told.len().min(own.len());
    (length >= 6).then(|| agree(told.get(..length) == own.get(..length), Evidence::CardBin, Evidence::ContradictsCardBin))
}

fn brand(claim: &Card, sale: &Card) -> Option<Evidence> {
    let (told, own) = (claim.brand?, sale.brand?);
    Some(agree(told == own, Evidence::CardBrand, Evidence::ContradictsCardBrand))
}

fn amount(claim: &Claim, sale: &Sale) -> Option<Evidence> {
    let told = [claim.amount, claim.disputed()].map(|amount| Some(amount).filter(|amount| amount.minor > 0));
    let is = |own| told.contains(&Some(own));
    let part = told[1].and_then(|disputed| disputed.compare(sale.amount)).is_some_and(std::cmp::Ordering::is_lt);
    match sale.authorised_amount {
        _ if is(sale.amount) => Some(Evidence::AmountExact),
        Some(authorised) if is(authorised) => Some(Evidence::AmountAuthorised),
        _ => part.then_some(Evidence::AmountPartial),
    }
}

/// Days are civil days on the teller's calendar: 23:59 there and the next morning here are one apart.
fn day(claim: &Claim, sale: &Sale) -> Option<Evidence> {
    let told = claim.transacted?;
    let apart = [Some(sale.authorised), sale.settled].into_iter().flatten().map(|own| told.days_apart(own)).min()?;
    match apart {
        0 => Some(Evidence::SameDay),
        1..=NEAR_DAYS => Some(Evidence::NearDay),
        _ => None,
    }
}

/// Statements cut descriptors off and add to them: one begins with the other. A short name must be the whole descriptor.
fn descriptor(claim: &Claim, sale: &Sale) -> Option<Evidence> {
    let (told, own) = (normalised(&claim.descriptor), normalised(sale.descriptor.as_deref()?));
    let (short, long) = if told.len() <= own.len() { (told, own) } else { (own, told) };
    let least = if short == long { MIN_WHOLE_DESCRIPTOR } else { MIN_DESCRIPTOR };
    (short.chars().count() >= least && long.starts_with(&short)).then_some(Evidence::Descriptor)
}

const fn agree(same: bool, yes: Evidence, no: Evidence) -> Evidence {
    if same { yes } else { no }
}

//! What speaks for and against one sale, and how much.

use jiff::ToSpan;

use super::reach::search_days;
use super::tier::{EvidenceTier, evidence_points};
use super::unite::is_equal_payment;
use super::{MARGIN, MatchCandidate, MatchEvidence, SearchReach};
use crate::account::enrolment::{MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR};
use crate::basics::card::TruncatedCard;
use crate::basics::time::{ReportedTime, utc_day};
use crate::network::claim::{Claim, normalise_text};
use crate::sale::order::is_processor_payment_id;
use crate::sale::{CardWallet, Sale};

/// A bank tells the day of the sale, or that of its posting one to three days later.
const POSTED_DAYS: i32 = 3;

/// Local time told as UTC may be a day before ours.
const CALENDAR_DAYS: i32 = 1;

/// Further apart than any posting: an ARN that agrees is then another year's.
const OTHER_TIME_DAYS: u32 = 10;

/// A dispute may be filed 120 days after the sale, and some weeks later where the goods came late.
const DISPUTE_DAYS: i64 = 180;

/// Shorter references are counters, which agree by chance.
const SHORTEST_REFERENCE: usize = 6;

/// A candidate with its tier.
pub(super) struct RankedCandidate {
    tier: EvidenceTier,
    pub(super) candidate: MatchCandidate,
}

impl RankedCandidate {
    /// The sale with its evidence, if there is any that is worth a person's look.
    pub(super) fn from_claim_and_sale(claim: &Claim, sale: Sale) -> Option<Self> {
        Some(rank_candidate(claim, sale)).filter(|weighed| weighed.tier > EvidenceTier::None)
    }

    pub(super) fn is_weak(&self) -> bool {
        self.tier <= EvidenceTier::Weak
    }

    /// Whether its evidence names one payment, however many sales there are.
    pub(super) fn names_one_payment(&self) -> bool {
        self.tier >= EvidenceTier::AuthCode
    }

    /// Whether so few sales have its amount that the evidence is no coincidence.
    pub(super) fn is_sure(&self, reach: SearchReach) -> bool {
        self.tier.is_sure(&self.candidate.evidence, reach)
    }

    /// Whether the bank may as well mean the other: a payment of the same card and amount, on a day
    /// that it may have told late, or of whose device nobody told the digits.
    pub(super) fn is_rivalled_by(&self, other: &Self, claim: &Claim) -> bool {
        let (own, others) = (&self.candidate.sale, &other.candidate.sale);
        let (first, last) = search_days(claim);
        let is_possible = !others.standing.failed
            && !other.candidate.is_contradicted()
            && !other.is_of_other_card();
        !self.names_one_payment()
            && is_possible
            && is_equal_payment(own, others)
            && payment_days(others).any(|paid| (first..=last).contains(&paid.day))
    }

    /// Whether the bank tells other digits: of a card that a wallet holds, too, those of the device
    /// are told, or its own.
    fn is_of_other_card(&self) -> bool {
        use MatchEvidence::{ContradictsCardBin, ContradictsCardBrand, ContradictsCardLast4};
        [ContradictsCardBin, ContradictsCardBrand, ContradictsCardLast4]
            .iter()
            .any(|one| self.candidate.evidence.contains(one))
    }

    /// Whether it is clearly the better of two.
    pub(super) fn is_clearly_ahead_of(&self, other: &Self) -> bool {
        self.tier > other.tier
            || self.candidate.score > other.candidate.score.saturating_add(MARGIN)
    }
}

/// The sale with its evidence and tier, whatever they are.
pub(super) fn rank_candidate(claim: &Claim, sale: Sale) -> RankedCandidate {
    let mut evidence: Vec<MatchEvidence> = [
        compare_identity(claim, &sale),
        compare_arn(claim, &sale),
        compare_auth_code(claim, &sale),
        compare_last4(&claim.card, &sale),
        compare_device(&claim.card, &sale),
        compare_bin(&claim.card, &sale),
        compare_brand(&claim.card, &sale.card),
        compare_amount(claim, &sale),
        compare_presented_amount(claim, &sale),
        compare_day(claim, &sale),
        compare_descriptor(claim, &sale),
    ]
    .into_iter()
    .flatten()
    .collect();
    evidence.sort_unstable();
    let tier = EvidenceTier::from_evidence(&evidence, is_of_another_time(claim, &sale));
    let points: i32 = evidence.iter().map(|one| evidence_points(*one)).sum();
    let score = u32::try_from(tier.base_score().saturating_add(points)).unwrap_or_default();
    RankedCandidate { tier, candidate: MatchCandidate { sale, score, evidence } }
}

/// Vendors put the network's or the processor's id in one field; a processor's name says by its
/// prefix which it is.
fn compare_identity(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let told = claim
        .transaction_id
        .as_deref()
        .map(str::trim)
        .filter(|id| id.len() >= SHORTEST_REFERENCE)?;
    let payment = sale.payment.as_ref();
    let references = [
        payment.map(|own| &own.reference),
        payment.and_then(|own| own.charge.as_ref()),
        Some(&sale.transaction_id),
    ];
    if references.into_iter().flatten().any(|own| own == told) {
        return Some(MatchEvidence::ProcessorReference);
    }
    if is_processor_payment_id(told) {
        return None;
    }
    // An id that looks like a card number is cut on both sides: what is left of it proves a sale of
    // this card and amount only.
    let is_cut = told.contains('*');
    let (told, own) =
        (normalise_text(told), normalise_text(sale.network_transaction_id.as_deref()?));
    if is_cut
        && told == own
        && (claim.card.last4.is_none()
            || claim.card.last4 != sale.card.last4
            || claim.amount != sale.amount)
    {
        return None;
    }
    let evidence = choose_evidence(
        told == own,
        MatchEvidence::NetworkTransactionId,
        MatchEvidence::ContradictsNetworkTransactionId,
    );
    (own.len() >= SHORTEST_REFERENCE).then_some(evidence)
}

/// ARNs have 23 digits, or 24 where a system puts one before them or a check digit after: the
/// shorter is then the longer one's beginning or end. Anything else that stands in the field is no
/// ARN and proves nothing.
fn compare_arn(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let (told, own) =
        (parse_arn_digits(claim.arn.as_deref()?)?, parse_arn_digits(sale.arn.as_deref()?)?);
    let (short, long) = if told.len() <= own.len() { (told, own) } else { (own, told) };
    let fits = long.starts_with(&short) || long.ends_with(&short);
    Some(choose_evidence(fits, MatchEvidence::Arn, MatchEvidence::ContradictsArn))
}

fn parse_arn_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let real = digits.bytes().any(|digit| digit != b'0');
    (matches!(digits.len(), 23 | 24) && real).then_some(digits)
}

/// Auth codes have 6 characters; leading zeros get lost on the way.
fn compare_auth_code(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let code = |text: Option<&str>| {
        text.map(|text| format!("{:0>6}", normalise_text(text)))
            .filter(|code| code.bytes().any(|b| b != b'0'))
    };
    let (told, own) = (code(claim.auth_code.as_deref())?, code(sale.auth_code.as_deref())?);
    Some(choose_evidence(told == own, MatchEvidence::AuthCode, MatchEvidence::ContradictsAuthCode))
}

/// The bank tells the digits of the card, or those of the wallet's device.
fn compare_last4(claim: &TruncatedCard, sale: &Sale) -> Option<MatchEvidence> {
    let told = claim.last4.as_deref()?;
    if sale.is_device_last4(told) {
        return Some(MatchEvidence::CardLast4);
    }
    match sale.card.last4.as_deref()? {
        own if own == told => Some(MatchEvidence::CardLast4),
        _ => (!may_be_device(claim, sale)).then_some(MatchEvidence::ContradictsCardLast4),
    }
}

fn compare_device(claim: &TruncatedCard, sale: &Sale) -> Option<MatchEvidence> {
    let told = claim.last4.as_deref()?;
    let is_device = sale.is_device_last4(told) && sale.card.last4.as_deref() != Some(told);
    is_device.then_some(MatchEvidence::DeviceLast4)
}

/// Whether the bank may speak of a wallet's device, whose number has nothing in common with the
/// card's.
fn may_be_device(claim: &TruncatedCard, sale: &Sale) -> bool {
    match (&sale.wallet, claim.last4.as_deref()) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(CardWallet { device_last4: Some(_) }), Some(told)) => sale.is_device_last4(told),
        (Some(CardWallet { device_last4: None }), told) => sale.card.last4.as_deref() != told,
    }
}

/// BINs of 6 and of 8 digits agree as far as both go.
fn compare_bin(claim: &TruncatedCard, sale: &Sale) -> Option<MatchEvidence> {
    if compare_bin_digits(claim.bin.as_deref()?, sale.card.bin.as_deref()?)? {
        return Some(MatchEvidence::CardBin);
    }
    (!may_be_device(claim, sale)).then_some(MatchEvidence::ContradictsCardBin)
}

fn compare_bin_digits(told: &str, own: &str) -> Option<bool> {
    let length = told.len().min(own.len());
    (length >= 6).then(|| told.get(..length) == own.get(..length))
}

/// Processors and banks name one card by either of its brands; cards of one BIN are of one brand,
/// whatever it is called.
fn compare_brand(claim: &TruncatedCard, sale: &TruncatedCard) -> Option<MatchEvidence> {
    let (told, own) = (claim.brand?, sale.brand?);
    let same_bin = claim
        .bin
        .as_deref()
        .zip(sale.bin.as_deref())
        .and_then(|(told, own)| compare_bin_digits(told, own))
        == Some(true);
    if told == own {
        return Some(MatchEvidence::CardBrand);
    }
    (!same_bin && !told.can_share_card(own)).then_some(MatchEvidence::ContradictsCardBrand)
}

/// What the cardholder was asked for in a currency of theirs is the sale's amount, too.
fn compare_presented_amount(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let presented = sale.presented.filter(|presented| presented.minor > 0)?;
    let told = if claim.amount.minor > 0 { claim.amount } else { claim.disputed_amount() };
    (told == presented).then_some(MatchEvidence::AmountPresented)
}

/// The transaction's amount is the sale's. A disputed amount that is another sale's proves nothing,
/// unless the bank tells no other.
fn compare_amount(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let disputed = claim.disputed_amount();
    let whole = if claim.amount.minor > 0 { claim.amount } else { disputed };
    let is = |own| whole.minor > 0 && whole == own;
    let part = disputed.minor > 0
        && disputed.compare_amounts(sale.amount).is_some_and(std::cmp::Ordering::is_lt);
    match sale.authorised_amount {
        _ if is(sale.amount) || sale.presented.is_some_and(is) => Some(MatchEvidence::AmountExact),
        Some(authorised) if is(authorised) => Some(MatchEvidence::AmountAuthorised),
        _ => part.then_some(MatchEvidence::AmountPartial),
    }
}

/// Days are civil days on the teller's calendar: 23:59 there and the next morning here are one
/// apart.
fn compare_day(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let told = claim.transacted?;
    let after = payment_days(sale).map(|own| told.days_after(own));
    if after.clone().any(|days| days == 0) {
        Some(MatchEvidence::SameDay)
    } else {
        after
            .clone()
            .any(|days| (-CALENDAR_DAYS..=POSTED_DAYS).contains(&days))
            .then_some(MatchEvidence::NearDay)
    }
}

/// Whether the bank cannot mean a sale of that day.
fn is_of_another_time(claim: &Claim, sale: &Sale) -> bool {
    if let Some(told) = claim.transacted {
        return payment_days(sale).all(|own| told.days_apart(own) > OTHER_TIME_DAYS);
    }
    let alerted = utc_day(claim.alerted_at);
    let (first, last) =
        (alerted.saturating_sub(DISPUTE_DAYS.days()), alerted.saturating_add(2.days()));
    payment_days(sale).all(|own| !(first..=last).contains(&own.day))
}

fn payment_days(sale: &Sale) -> impl Iterator<Item = ReportedTime> + Clone {
    [Some(sale.authorised), sale.settled].into_iter().flatten()
}

/// Statements cut descriptors off and add to them: one begins with the other. A short name must be
/// the whole descriptor.
fn compare_descriptor(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let (told, own) =
        (normalise_text(&claim.descriptor), normalise_text(sale.descriptor.as_deref()?));
    let (short, long) = if told.len() <= own.len() { (told, own) } else { (own, told) };
    let least = if short == long { MIN_WHOLE_DESCRIPTOR } else { MIN_DESCRIPTOR };
    (short.chars().count() >= least && long.starts_with(&short))
        .then_some(MatchEvidence::Descriptor)
}

const fn choose_evidence(same: bool, yes: MatchEvidence, no: MatchEvidence) -> MatchEvidence {
    if same { yes } else { no }
}

//! The evidence for and against a sale, and the resulting rank.

mod card;

use jiff::ToSpan;

use super::reach::search_days;
use super::tier::{EvidenceTier, evidence_points};
use super::unite::is_equal_payment;
use super::{MARGIN, MatchCandidate, MatchEvidence, SearchReach};
use crate::account::enrolment::{MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR};
use crate::account::is_processor_payment_id;
use crate::basics::time::{ReportedTime, utc_day};
use crate::network::claim::{Claim, normalise_text};
use crate::sale::Sale;
use card::{compare_bin, compare_brand, compare_device, compare_last4};

/// The days from a sale to the posting: a bank reports the day of the sale, or the posting day one
/// to three days later.
const POSTED_DAYS: i32 = 3;

/// The days by which calendars differ: local time reported as UTC may be a day before ours.
const CALENDAR_DAYS: i32 = 1;

/// A distance in days beyond any posting delay. An ARN that agrees beyond this distance is another
/// year's.
const OTHER_TIME_DAYS: u32 = 10;

/// The days in which a dispute may follow the sale: 120 days, and some weeks more where goods came
/// late.
const DISPUTE_DAYS: i64 = 180;

/// The least length of a reference. Shorter references are counters, which agree by chance.
const SHORTEST_REFERENCE: usize = 6;

/// A candidate with the tier of the evidence.
pub(super) struct RankedCandidate {
    tier: EvidenceTier,
    pub(super) candidate: MatchCandidate,
}

impl RankedCandidate {
    /// Ranks the sale. Returns `None` if the evidence is not worth a person's review.
    pub(super) fn from_claim_and_sale(claim: &Claim, sale: Sale) -> Option<Self> {
        Some(rank_candidate(claim, sale)).filter(|weighed| weighed.tier > EvidenceTier::None)
    }

    pub(super) fn is_weak(&self) -> bool {
        self.tier <= EvidenceTier::Weak
    }

    /// Checks whether the evidence names a single payment, however many sales exist.
    pub(super) fn names_one_payment(&self) -> bool {
        self.tier >= EvidenceTier::AuthCode
    }

    /// Checks whether few enough sales have this amount to rule out coincidence.
    pub(super) fn is_sure(&self, reach: SearchReach) -> bool {
        self.tier.is_sure(&self.candidate.evidence, reach)
    }

    /// Checks whether the bank may as well mean the other payment, of the same card and amount. The
    /// bank may have reported a late day, or may have omitted the digits of a wallet's device.
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

    /// Checks whether the bank reports another card. For a card in a wallet, the bank reports the
    /// digits of the device or of the card.
    fn is_of_other_card(&self) -> bool {
        use MatchEvidence::{ContradictsCardBin, ContradictsCardBrand, ContradictsCardLast4};
        [ContradictsCardBin, ContradictsCardBrand, ContradictsCardLast4]
            .iter()
            .any(|one| self.candidate.evidence.contains(one))
    }

    /// Checks whether this candidate is clearly better than the other.
    pub(super) fn is_clearly_ahead_of(&self, other: &Self) -> bool {
        self.tier > other.tier
            || self.candidate.score > other.candidate.score.saturating_add(MARGIN)
    }
}

/// Weighs the sale and determines the tier, however weak the evidence is.
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

/// Compares the transaction id. Vendors send the network's or the processor's id in the same field;
/// a prefix marks the processor's.
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
    // An id that looks like a card number is truncated on both sides. The remaining digits prove
    // only a sale of this card and amount.
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

/// Compares ARNs. An ARN has 23 digits, or 24 with an additional first digit or check digit: the
/// longer then begins or ends with the shorter. Text of another form is no ARN and proves nothing.
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

/// Compares auth codes. A code has 6 characters; lost leading zeros are restored.
fn compare_auth_code(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let code = |text: Option<&str>| {
        text.map(|text| format!("{:0>6}", normalise_text(text)))
            .filter(|code| code.bytes().any(|b| b != b'0'))
    };
    let (told, own) = (code(claim.auth_code.as_deref())?, code(sale.auth_code.as_deref())?);
    Some(choose_evidence(told == own, MatchEvidence::AuthCode, MatchEvidence::ContradictsAuthCode))
}

/// Compares the amount presented to the cardholder in another currency, which is the sale's amount,
/// too.
fn compare_presented_amount(claim: &Claim, sale: &Sale) -> Option<MatchEvidence> {
    let presented = sale.presented.filter(|presented| presented.minor > 0)?;
    let told = if claim.amount.minor > 0 { claim.amount } else { claim.disputed_amount() };
    (told == presented).then_some(MatchEvidence::AmountPresented)
}

/// Compares the transaction's amount with the sale's. A disputed amount that equals another sale
/// proves nothing, unless the bank reports no other amount.
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

/// Compares civil days in the calendar of the reporting party: 23:59 abroad and the next morning
/// here are a day apart.
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

/// Checks whether the sale's days are too far from the claim's day, or from the alert if the claim
/// has no day.
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

/// Compares the beginnings of descriptors, because statements truncate and extend descriptors. A
/// short name must be the whole descriptor.
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

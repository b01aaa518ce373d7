//! Alerts: what a bank tells of a sale, with the noise that is known of such telling.

use std::collections::HashMap;

use domain::basics::card::{CardBrand, TruncatedCard};
use domain::basics::money::{Money, parse_currency};
use domain::basics::time::{ReportedTime, add_seconds};
use domain::network::claim::{AlertKind, AlertNetwork, Claim};
use domain::sale::SaleId;
use jiff::{Timestamp, ToSpan};

use crate::dollars;
use crate::random::Random;
use crate::shop::{DAY, OLD, Plastic, Shop, Sold};

/// How many alerts in a thousand carry what names one payment, and how many that are about a sale
/// that the shop does not have were paid by a card that bought here, too; of these, how many at the
/// same price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noise {
    pub arn: u64,
    pub auth_code: u64,
    pub network_id: u64,
    pub same_card: u64,
    pub same_price: u64,
}

impl Noise {
    /// What banks tell: the auth code mostly, the ARN once the sale has settled, the network's id
    /// half the time.
    pub const USUAL: Self =
        Self { arn: 700, auth_code: 900, network_id: 500, same_card: 100, same_price: 0 };
    /// Half of it.
    pub const SPARSE: Self = Self { arn: 350, auth_code: 450, network_id: 250, ..Self::USUAL };

    /// Nothing that names one payment.
    pub const NAMELESS: Self = Self { arn: 0, auth_code: 0, network_id: 0, ..Self::USUAL };

    /// The usual, but for the cards that bought elsewhere, too.
    #[must_use]
    pub const fn with_same_card(same_card: u64, same_price: u64) -> Self {
        Self { same_card, same_price, ..Self::USUAL }
    }
}

/// An alert, and the truth of it.
#[derive(Debug, Clone)]
pub struct Alert {
    pub claim: Claim,
    /// The shop's sale that it is about, if the shop has it.
    pub truth: Option<SaleId>,
}

impl Alert {
    /// All that the bank tells, and the truth, in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let Claim {
            vendor_alert_id,
            alerted_at,
            amount,
            chargeback_amount,
            transacted,
            card,
            arn,
            auth_code,
            ..
        } = &self.claim;
        let when =
            format!("{vendor_alert_id} {alerted_at} {transacted:?} {:?}", self.claim.reason_code);
        let what = format!(
            "{} {} {:?}",
            amount.minor,
            amount.currency.code(),
            chargeback_amount.map(|part| part.minor)
        );
        let whose = format!(
            "{:?} {:?} {arn:?} {auth_code:?} {:?}",
            card.bin, card.last4, self.claim.transaction_id
        );
        format!("{when} {what} {whose} {:?}", self.truth)
    }
}

/// Alerts about a shop's sales; one in ten is about a sale that the shop does not have.
#[must_use]
pub fn alerts(
    shop: Shop,
    random: &mut Random,
    sold: &[Sold],
    count: u64,
    noise: Noise,
) -> Vec<Alert> {
    let teller = Teller::new(shop, noise, sold);
    let tell = |number: u64| {
        if random.is(100) { teller.foreign(random, number) } else { teller.own(random, number) }
    };
    (0..count).filter_map(tell).collect()
}

/// An alert about each second charge of a shop; one in ten is of a sale that the shop does not
/// have. All are told as duplicates.
#[must_use]
pub fn of_twins(shop: Shop, random: &mut Random, sold: &[Sold], noise: Noise) -> Vec<Alert> {
    let teller = Teller::new(shop, noise, sold);
    let twins = sold.iter().filter(|one| one.twin_of.is_some());
    let tell = |one: &Sold| {
        if random.is(100) {
            let foreign = teller.foreign(random, one.number)?;
            return Some(Alert {
                claim: told_as_duplicate(foreign.claim, one.card.brand),
                truth: None,
            });
        }
        let claim = teller.claim(random, one, one.number);
        Some(teller.charged_twice(claim, one))
    };
    twins.filter_map(tell).collect()
}

struct Teller<'a> {
    shop: Shop,
    noise: Noise,
    sold: &'a [Sold],
    numbers: HashMap<u64, usize>,
}

impl<'a> Teller<'a> {
    fn new(shop: Shop, noise: Noise, sold: &'a [Sold]) -> Self {
        let numbers = sold.iter().enumerate().map(|(at, one)| (one.number, at)).collect();
        Self { shop, noise, sold, numbers }
    }

    /// A sale of the days in which the shop sold.
    fn any(&self, random: &mut Random) -> Option<&Sold> {
        let count = u64::try_from(self.sold.len()).ok()?;
        self.sold.get(usize::try_from(OLD + random.below(count.saturating_sub(OLD))).ok()?)
    }

    fn numbered(&self, number: u64) -> Option<&Sold> {
        self.numbers.get(&number).and_then(|at| self.sold.get(*at))
    }

    /// About a sale of the shop. Half of the pairs that were charged twice are told as such.
    fn own(&self, random: &mut Random, number: u64) -> Option<Alert> {
        let one = self.any(random)?;
        let claim = self.claim(random, one, number);
        let is_told = one.twin_of.is_some() && random.is(500);
        Some(if is_told {
            self.charged_twice(claim, one)
        } else {
            Alert { claim, truth: Some(one.known.id.clone()) }
        })
    }

    /// Of a pair charged twice the bank means the later, or the one that went back already.
    fn charged_twice(&self, claim: Claim, later: &Sold) -> Alert {
        let first = later.twin_of.and_then(|number| self.numbered(number));
        let truth =
            first.filter(|first| first.known.standing.refunded_minor_units() > 0).unwrap_or(later);
        Alert {
            claim: told_as_duplicate(claim, later.card.brand),
            truth: Some(truth.known.id.clone()),
        }
    }

    /// About a sale that the shop does not have: of another shop under the same descriptor, or at a
    /// processor that is not connected. Some were paid by a card that bought here, too, one
    /// half of these within three days; what it cost is what things cost here. Some carry an
    /// ARN that was an old sale's of this shop.
    fn foreign(&self, random: &mut Random, number: u64) -> Option<Alert> {
        let here = self.any(random)?;
        let other = self.any(random)?;
        let mut sold = Sold {
            at: add_seconds(here.at, random.between(0, DAY)),
            amount: self.shop.price(random),
            ..other.clone()
        };
        sold.card = Plastic {
            bin: other.card.bin.clone(),
            last4: random.digits(4),
            brand: other.card.brand,
            device: None,
        };
        if random.is(self.noise.same_card) {
            sold.card = here.card.clone();
            let days = if random.is(500) { random.between(-3, 3) } else { random.between(-40, 40) };
            sold.at = add_seconds(here.at, days * DAY);
            if self.noise.same_price > 0 && random.is(self.noise.same_price) {
                sold.amount = here.amount;
            }
        }
        (sold.authorised, sold.auth_code, sold.network_id) =
            (sold.amount, random.digits(6), random.digits(15));
        let old = self.sold.get(usize::try_from(random.below(OLD)).ok()?)?;
        sold.arn = if random.is(50) { old.arn.clone() } else { format!("7{}", random.digits(22)) };
        Some(Alert { claim: self.claim(random, &sold, number), truth: None })
    }

    fn claim(&self, random: &mut Random, sold: &Sold, number: u64) -> Claim {
        let (amount, chargeback_amount) = amounts(random, sold);
        let is_fraud = random.is(600);
        Claim {
            network: AlertNetwork::Ethoca,
            vendor_alert_id: format!("N{number:024}"),
            kind: if is_fraud { AlertKind::Fraud } else { AlertKind::Dispute },
            alerted_at: add_seconds(sold.at, random.between(5 * DAY, 60 * DAY)),
            amount,
            chargeback_amount,
            descriptor: "ACMEFIT*SUB 4029357733".into(),
            transacted: transacted(random, sold.at),
            card: card(random, &sold.card),
            arn: random.some(self.noise.arn, sold.arn.clone()),
            auth_code: random
                .some(self.noise.auth_code, sold.auth_code.trim_start_matches('0').to_owned())
                .filter(|code| !code.is_empty()),
            transaction_id: random.some(self.noise.network_id, sold.network_id.clone()),
            issuer: None,
            reason_code: Some(if is_fraud { "10.4" } else { "13.1" }.to_owned()),
            mcc: None,
            is_3ds: None,
            initiated_by: None,
            transaction_type: None,
            source: None,
            left_out: Vec::new(),
        }
    }
}

fn told_as_duplicate(claim: Claim, brand: CardBrand) -> Claim {
    Claim { reason_code: Some(duplicate_code(brand).to_owned()), kind: AlertKind::Dispute, ..claim }
}

/// A network's code of duplicate processing.
const fn duplicate_code(brand: CardBrand) -> &'static str {
    match brand {
        CardBrand::Mastercard | CardBrand::Maestro => "4834",
        CardBrand::Amex => "P08",
        CardBrand::Discover => "DP",
        _ => "12.6.1",
    }
}

/// The transaction's amount, and what is disputed where that is told: 3 % in the cardholder's
/// currency, 3 % a part with the bank's word, 1 % a part told as if it were the transaction's
/// amount; of tips 30 % as authorised.
fn amounts(random: &mut Random, sold: &Sold) -> (Money, Option<Money>) {
    let booked = if random.is(300) { sold.authorised } else { sold.amount };
    let part = dollars(1 + random.below(booked.max(2) - 1));
    match random.below(100) {
        0..3 => (
            parse_currency("EUR")
                .map_or(dollars(booked), |euro| Money::new(booked * 92 / 100, euro)),
            None,
        ),
        3..6 => (dollars(booked), Some(part)),
        6 => (part, None),
        7..20 => (dollars(booked), Some(dollars(booked))),
        _ => (dollars(booked), None),
    }
}

/// The day of the sale on the bank's calendar, or of its posting one to four days later; rarely no
/// day.
fn transacted(random: &mut Random, at: Timestamp) -> Option<ReportedTime> {
    let posted = *random.weighted(&[(580, 0), (200, 1), (130, 2), (70, 3), (20, 4)]).unwrap_or(&0);
    // local time told as UTC
    let hours = if random.is(250) { random.between(-8, 10) } else { 0 };
    let local = ReportedTime::from_instant(add_seconds(at, hours * 3600));
    let told = ReportedTime {
        day: local.day.saturating_add(posted.days()),
        at: local.at.filter(|_| posted == 0),
    };
    random.some(980, told)
}

/// The digits that the bank tells: the card's, or those of the wallet's number; 2 % are masked
/// wholly, 3 % tell no BIN.
fn card(random: &mut Random, card: &Plastic) -> TruncatedCard {
    let (bin, last4) = match &card.device {
        Some(device) if random.is(700) => device.clone(),
        _ => (card.bin.clone(), card.last4.clone()),
    };
    if random.is(20) {
        return TruncatedCard::default();
    }
    TruncatedCard { bin: random.some(970, bin), last4: Some(last4), brand: Some(card.brand) }
}

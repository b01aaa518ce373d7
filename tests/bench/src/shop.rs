//! Shops: what they sell, to whom, and what is known of each sale.

mod known;
mod sold;

use domain::basics::card::CardBrand;
use domain::basics::id::OrganisationId;
use domain::basics::time::add_seconds;
use domain::sale::{ProcessorRefund, RefundState};
use jiff::Timestamp;

use crate::random::Random;
use known::{bare, named};

pub use sold::{Plastic, Sold};

/// The kinds of shops that matching is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shop {
    /// Many prices; its orders come over the API, with BINs and some ARNs.
    MixedPrices,
    /// One price, 134 times a day; at Stripe, which tells no BIN and no ARN.
    OnePrice,
    /// Most customers pay by a wallet; at Stripe.
    Wallets,
}

/// How many days a shop sells before the alerts are matched.
pub const DAYS: i64 = 90;

/// How many sales of the year before are on record.
pub const OLD: u64 = 400;

/// A day's seconds.
pub const DAY: i64 = 86_400;

impl Shop {
    /// All shops.
    pub const ALL: [Self; 3] = [Self::MixedPrices, Self::OnePrice, Self::Wallets];

    /// The shop's name in the report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MixedPrices => "mixed prices, orders with BIN",
            Self::OnePrice => "one price at 134 a day, Stripe",
            Self::Wallets => "wallets, Stripe",
        }
    }

    /// Whether its sales are found at Stripe, else among stored orders.
    #[must_use]
    pub const fn is_at_stripe(self) -> bool {
        !matches!(self, Self::MixedPrices)
    }

    /// A price that somebody pays there, in cents.
    pub fn price(self, random: &mut Random) -> u64 {
        /// Cents below a ten, as shops like them.
        const POPULAR: [(u64, u64); 8] = [
            (9, 999),
            (9, 1999),
            (8, 2999),
            (7, 4999),
            (4, 7999),
            (3, 9999),
            (2, 14_900),
            (2, 19_900),
        ];
        match self {
            Self::OnePrice => 4900,
            Self::MixedPrices | Self::Wallets if random.is(440) => {
                *random.weighted(&POPULAR).unwrap_or(&999)
            }
            Self::MixedPrices | Self::Wallets => 500 + random.below(24_500),
        }
    }

    /// How many seasons the benchmark has of it, each with its alerts: as many as its rarest tier
    /// needs.
    #[must_use]
    pub const fn seasons(self) -> u64 {
        match self {
            Self::MixedPrices => 100,
            Self::OnePrice => 30,
            Self::Wallets => 150,
        }
    }

    const fn sales_a_day(self) -> u64 {
        match self {
            Self::MixedPrices | Self::Wallets => 120,
            Self::OnePrice => 134,
        }
    }

    /// What the shop sold in [`DAYS`], the earliest first; before it a few sales of the year
    /// before, whose ARNs come again.
    #[must_use]
    pub fn sells(self, random: &mut Random, opened: Timestamp) -> Vec<Sold> {
        let mut sold: Vec<Sold> = Vec::new();
        for _ in 0..OLD {
            let at = add_seconds(opened, -random.between(300 * DAY, 420 * DAY));
            let one = self.sale(random, at, None);
            self.keep(one, &mut sold);
        }
        for day in 0..DAYS {
            for _ in 0..self.sales_a_day() {
                let at = add_seconds(opened, day * DAY + random.between(0, DAY - 1));
                let earlier = self.earlier(random, &sold, at);
                let one = self.sale(random, at, earlier);
                self.keep(one, &mut sold);
                if random.is(12) {
                    self.charge_again(random, &mut sold);
                }
            }
        }
        sold.sort_by_key(|one| (one.at, one.number));
        sold
    }

    /// Some customers come again, at the same price each week where they subscribed.
    fn earlier<'a>(
        self,
        random: &mut Random,
        sold: &'a [Sold],
        at: Timestamp,
    ) -> Option<(&'a Sold, bool)> {
        let weekly = if self == Self::OnePrice { 250 } else { 60 };
        let is_weekly = random.is(weekly);
        if !is_weekly && !random.is(100) {
            return None;
        }
        let count = u64::try_from(sold.len()).ok()?;
        if !is_weekly {
            return sold.get(usize::try_from(random.below(count)).ok()?).map(|one| (one, false));
        }
        let week_ago = add_seconds(at, -7 * DAY);
        let near = |one: &&Sold| one.at.as_second().abs_diff(week_ago.as_second()) < 7200;
        sold.iter()
            .rev()
            .filter(near)
            .nth(usize::try_from(random.below(4)).ok()?)
            .map(|one| (one, true))
    }

    fn sale(self, random: &mut Random, at: Timestamp, earlier: Option<(&Sold, bool)>) -> Sold {
        let card = earlier.map_or_else(|| self.card(random), |(one, _)| one.card.clone());
        let price = match earlier {
            Some((one, true)) => one.amount,
            _ => self.price(random),
        };
        let tip = if self == Self::MixedPrices && random.is(25) {
            price / 10 + random.below(price / 10)
        } else {
            0
        };
        let mut sold = Sold {
            at,
            card,
            amount: price + tip,
            authorised: price,
            arn: format!("7{}", random.digits(22)),
            auth_code: random.digits(6),
            network_id: random.digits(15),
            number: 0,
            twin_of: None,
            known: bare(random, at),
        };
        self.know(random, &mut sold);
        sold
    }

    fn keep(self, mut one: Sold, sold: &mut Vec<Sold>) {
        one.number = u64::try_from(sold.len()).unwrap_or(u64::MAX);
        one.known = named(one.known, self, one.number);
        sold.push(one);
    }

    /// The same card pays the same again, minutes or a day later; of some such pairs one was given
    /// back already.
    fn charge_again(self, random: &mut Random, sold: &mut Vec<Sold>) {
        let Some(first) = sold.last().cloned() else { return };
        let at = add_seconds(
            first.at,
            if random.is(700) { random.between(5, 3600) } else { random.between(3600, 2 * DAY) },
        );
        let again = Sold {
            at,
            auth_code: random.digits(6),
            network_id: random.digits(15),
            arn: format!("7{}", random.digits(22)),
            ..first.clone()
        };
        let mut again = Sold { twin_of: Some(first.number), known: bare(random, at), ..again };
        self.know(random, &mut again);
        if random.is(300) {
            let refunded = if random.is(500) {
                &mut again.known
            } else {
                &mut sold.last_mut().unwrap_or(&mut again).known
            };
            let back = ProcessorRefund {
                id: "re_1".into(),
                amount: refunded.amount,
                state: RefundState::Succeeded,
                at,
                alert: None,
                arn: None,
            };
            refunded.standing.refunds.push(back);
        }
        self.keep(again, sold);
    }

    fn card(self, random: &mut Random) -> Plastic {
        /// Issuers by their share of cards, as in a country with a few large banks.
        const BINS: [(u64, &str); 12] = [
            (45, "414720"),
            (40, "424631"),
            (35, "434256"),
            (30, "440066"),
            (30, "512107"),
            (25, "524366"),
            (25, "546616"),
            (20, "552433"),
            (15, "371240"),
            (10, "601100"),
            (400, "4"),
            (325, "5"),
        ];
        let head = random.weighted(&BINS).copied().unwrap_or("4");
        let bin = if head.len() == 1 {
            format!("{head}{}", 10_000 + random.below(50_000))
        } else {
            head.to_owned()
        };
        let brand = CardBrand::from_digits(&bin).unwrap_or(CardBrand::Visa);
        let pays_by_wallet = self == Self::Wallets && random.is(700);
        let device = pays_by_wallet
            .then(|| (format!("{}{}", &bin[..1], random.digits(5)), random.digits(4)));
        Plastic { bin, last4: random.digits(4), brand, device }
    }
}

/// The organisation of all shops.
#[must_use]
pub fn organisation() -> OrganisationId {
    OrganisationId::derived(&["bench"])
}

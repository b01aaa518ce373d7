//! Shops: what they sell, to whom, and what is known of each sale.

use domain::basics::card::{Brand, Card};
use domain::basics::id::{IntegrationId, OrderId, OrganisationId};
use domain::basics::time::{Moment, after};
use domain::sale::{Payment, RefundSeen, RefundState, Sale, SaleId, Wallet};
use jiff::Timestamp;

use crate::dollars;
use crate::random::Random;

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

/// The card that paid, as the bank knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plastic {
    pub bin: String,
    pub last4: String,
    pub brand: Brand,
    /// The BIN and last four digits of the wallet's number for it.
    pub device: Option<(String, String)>,
}

/// A sale as the bank knows it, and as the shop does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    pub at: Timestamp,
    pub card: Plastic,
    /// What the bank booked.
    pub amount: u64,
    /// What it authorised, where a tip came later.
    pub authorised: u64,
    pub arn: String,
    pub auth_code: String,
    pub network_id: String,
    /// The number under which the shop's records have it.
    pub number: u64,
    /// The number of the equal payment before it, where the customer was charged twice.
    pub twin_of: Option<u64>,
    /// What the shop's records hold.
    pub known: Sale,
}

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
            let at = after(opened, -random.between(300 * DAY, 420 * DAY));
            let one = self.sale(random, at, None);
            self.keep(one, &mut sold);
        }
        for day in 0..DAYS {
            for _ in 0..self.sales_a_day() {
                let at = after(opened, day * DAY + random.between(0, DAY - 1));
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
        let week_ago = after(at, -7 * DAY);
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
        let at = after(
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
            let back = RefundSeen {
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
        let brand = Brand::of(&bin).unwrap_or(Brand::Visa);
        let pays_by_wallet = self == Self::Wallets && random.is(700);
        let device = pays_by_wallet
            .then(|| (format!("{}{}", &bin[..1], random.digits(5)), random.digits(4)));
        Plastic { bin, last4: random.digits(4), brand, device }
    }

    /// Puts on record what such a shop knows of its sale.
    fn know(self, random: &mut Random, sold: &mut Sold) {
        let (card, amount, authorised) = (sold.card.clone(), sold.amount, sold.authorised);
        let bin = (!self.is_at_stripe()).then_some(card.bin);
        sold.known.card = Card { bin, last4: Some(card.last4), brand: Some(card.brand) };
        // A till that was told of the order before the tip knows the authorised amount only.
        let tip_is_known = random.is(800);
        sold.known.amount = dollars(if tip_is_known { amount } else { authorised });
        sold.known.authorised_amount =
            (tip_is_known && amount != authorised).then(|| dollars(authorised));
        // What a wallet's number ends in is told for most of its payments.
        sold.known.wallet =
            card.device.map(|(_, last4)| Wallet { device_last4: random.some(850, last4) });
        let (arn, code, network) =
            if self.is_at_stripe() { (0, 950, 950) } else { (600, 800, 300) };
        sold.known.arn = random.some(arn, sold.arn.clone());
        sold.known.auth_code = random.some(code, sold.auth_code.clone());
        sold.known.network_transaction_id = random.some(network, sold.network_id.clone());
    }
}

impl Sold {
    /// All that is known of it in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let Self {
            at,
            card,
            amount,
            authorised,
            arn,
            auth_code,
            network_id,
            number,
            twin_of,
            known,
        } = self;
        let bank = format!(
            "{number} {at} {card:?} {amount} {authorised} {arn} {auth_code} {network_id} \
             {twin_of:?}"
        );
        let (Card { bin, last4, .. }, wallet) = (&known.card, &known.wallet);
        let (booked, refunded) = (known.amount.minor, known.standing.refunded());
        format!(
            "{bank} {booked} {refunded} {bin:?} {last4:?} {wallet:?} {:?} {:?} {:?}",
            known.arn, known.auth_code, known.network_transaction_id
        )
    }
}

fn bare(random: &mut Random, at: Timestamp) -> Sale {
    let integration = IntegrationId::derived(&["shop"]);
    let id = SaleId::of_order(&organisation(), &integration, &random.digits(12));
    Sale {
        descriptor: Some("ACMEFIT".into()),
        ..Sale::bare(id, String::new(), integration, dollars(0), Moment::of(at))
    }
}

/// The names under which the records have a sale.
fn named(mut sale: Sale, shop: Shop, number: u64) -> Sale {
    sale.transaction_id =
        if shop.is_at_stripe() { format!("pi_{number:012}") } else { format!("txn-{number:08}") };
    sale.id = SaleId::of_order(&organisation(), &sale.integration, &sale.transaction_id);
    if shop.is_at_stripe() {
        let reference = sale.transaction_id.clone();
        let charge = Some(format!("ch_{number:012}"));
        sale.payment = Some(Payment::bare(sale.integration.clone(), None, reference, charge));
    } else {
        sale.order = Some(OrderId::derived(&[&sale.transaction_id]));
        sale.order_reference = Some(sale.transaction_id.clone());
    }
    sale
}

/// The organisation of all shops.
#[must_use]
pub fn organisation() -> OrganisationId {
    OrganisationId::derived(&["bench"])
}

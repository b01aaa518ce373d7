//! The retrieval that the product does, over records in memory: the same keys, days and limits.

use std::collections::HashMap;

use domain::basics::time::{ReportedTime, add_seconds};
use domain::matching::{
    LIKELY, SearchReach, is_of_card, is_plausible_sale, score_likeness, search_days,
};
use domain::network::claim::Claim;
use domain::sale::Sale;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::shop::{DAY, Shop, Sold};

/// The pointers of a key that the store reads, and the orders of these (`store::search`,
/// `store::pointer`).
const SEARCHED_ROWS: usize = 200;
const MOST_ORDERS: usize = 25;
/// The parts of a day, and the pointers of an amount that are read of each.
const PARTS: u64 = 4;
const DAY_ROWS: usize = 25;
/// The days that a bank may mean.
const DAYS: u32 = 6;
/// The days either side of the bank's in which stored orders are looked for.
const WINDOW_DAYS: i64 = 7;
/// A page of Stripe's, and how many are read of a list (`partners::stripe`).
const PAGE: usize = 100;
const PAGES: usize = 10;
/// The widest that a calendar is from UTC's.
const OFFSET_SECONDS: i64 = 14 * 3600;

/// A shop's sales under the keys by which they are looked for. Sales are in order of time.
#[derive(Debug)]
pub struct Records<'a> {
    sold: &'a [Sold],
    by_arn: HashMap<&'a str, Vec<usize>>,
    by_reference: HashMap<&'a str, Vec<usize>>,
    by_last4: HashMap<&'a str, Vec<usize>>,
    by_amount: HashMap<u64, Vec<usize>>,
}

impl<'a> Records<'a> {
    /// The sales of a shop.
    #[must_use]
    pub fn of(sold: &'a [Sold]) -> Self {
        let empty = HashMap::new;
        let mut records = Self {
            sold,
            by_arn: HashMap::new(),
            by_reference: empty(),
            by_last4: empty(),
            by_amount: HashMap::new(),
        };
        for (at, one) in sold.iter().enumerate() {
            let sale = &one.known;
            if let Some(arn) = &sale.arn {
                records.by_arn.entry(arn).or_default().push(at);
            }
            if let Some(id) = &sale.network_transaction_id {
                records.by_reference.entry(id).or_default().push(at);
            }
            if let Some(last4) = &sale.card.last4 {
                records.by_last4.entry(last4).or_default().push(at);
            }
            records.by_amount.entry(sale.amount.minor).or_default().push(at);
        }
        records
    }

    fn sales(&self, places: impl Iterator<Item = usize>) -> Vec<Sale> {
        places.filter_map(|at| self.sold.get(at)).map(|one| one.known.clone()).collect()
    }

    /// As the product searches for a shop's sales.
    #[must_use]
    pub fn search(&self, shop: Shop, claim: &Claim) -> (Vec<Sale>, SearchReach) {
        if shop.is_at_stripe() { self.at_stripe(claim) } else { self.orders(claim) }
    }

    /// As `Store::lookup`: by ARN, reference and card, of many the likeliest; by amount only where
    /// nothing has these.
    fn orders(&self, claim: &Claim) -> (Vec<Sale>, SearchReach) {
        let is_near = self.near_in_orders(claim);
        let none = Vec::new();
        let named = |index: &HashMap<&str, Vec<usize>>, key: Option<&String>| {
            key.and_then(|key| index.get(key.as_str())).unwrap_or(&none).clone()
        };
        let mut places = named(&self.by_arn, claim.arn.as_ref());
        places.extend(named(&self.by_reference, claim.transaction_id.as_ref()));
        let of_card: Vec<usize> = named(&self.by_last4, claim.card.last4.as_ref())
            .into_iter()
            .filter(|at| is_near(*at))
            .collect();
        let mut is_cut = of_card.len() > SEARCHED_ROWS;
        places.extend(of_card.into_iter().take(SEARCHED_ROWS));
        places.sort_by_key(|at| std::cmp::Reverse(self.likeness(claim, *at)));
        is_cut |= places.iter().skip(MOST_ORDERS).any(|at| self.likeness(claim, *at) >= LIKELY);
        if places.is_empty() {
            let (day, of_amount) = (
                claim.transacted.map(|told| told.day),
                self.by_amount.get(&claim.amount.minor).unwrap_or(&none),
            );
            let is_shown =
                |at: &usize| day.is_some_and(|day| (-3..=1).contains(&self.days_after(*at, day)));
            places.extend(of_amount.iter().copied().filter(is_shown));
            is_cut |= places.len() > MOST_ORDERS;
        }
        (self.sales(places.into_iter().take(MOST_ORDERS)), SearchReach { is_cut, same_amount: 0 })
    }

    /// As `store::pointer` ranks.
    fn likeness(&self, claim: &Claim, at: usize) -> u8 {
        let known = self.sold.get(at).map(|one| &one.known);
        known.map_or(0, |sale| {
            score_likeness(
                claim,
                Some(sale.amount),
                sale.auth_code.as_ref(),
                sale.card.bin.as_ref(),
            )
        })
    }

    fn days_after(&self, at: usize, day: jiff::civil::Date) -> i32 {
        self.sold.get(at).map_or(i32::MAX, |one| {
            day.until(one.known.authorised.day).map_or(i32::MAX, |span| span.get_days())
        })
    }

    /// As `Store::count_of_amount`: a part of the day told, in which the sale beside it is not.
    #[must_use]
    pub fn count_of_amount(&self, claim: &Claim, beside: &Sale) -> u32 {
        let Some(told) = claim.transacted else { return 0 };
        let number = |sale: &Sale| {
            sale.transaction_id
                .bytes()
                .fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
        };
        let part = (number(beside) + 1) % PARTS;
        let is_sampled = |at: &&usize| {
            self.sold.get(**at).is_some_and(|one| {
                one.known.authorised.day == told.day && number(&one.known) % PARTS == part
            })
        };
        let all = self
            .by_amount
            .get(&claim.amount.minor)
            .map_or(0, |places| places.iter().filter(is_sampled).take(DAY_ROWS + 1).count());
        u32::try_from(all).unwrap_or(u32::MAX).saturating_mul(4 * DAYS)
    }

    fn near_in_orders(&self, claim: &Claim) -> impl Fn(usize) -> bool {
        let (first, last) = match claim.transacted {
            Some(told) => (
                told.day.saturating_sub(WINDOW_DAYS.days()),
                told.day.saturating_add(WINDOW_DAYS.days()),
            ),
            None => search_days(claim),
        };
        move |at| {
            self.sold.get(at).is_some_and(|one| (first..=last).contains(&one.known.authorised.day))
        }
    }

    /// As `Stripe::search`: a page of the amount, else of card and amount, by the index; else the
    /// list.
    fn at_stripe(&self, claim: &Claim) -> (Vec<Sale>, SearchReach) {
        let (from, until) = window(claim);
        let (charges, reach) = self.indexed(claim, from, until);
        let plausible = |places: &[usize]| -> Vec<Sale> {
            let sales = places.iter().filter_map(|at| self.sold.get(*at)).map(|one| &one.known);
            sales.filter(|sale| is_plausible_sale(claim, sale)).cloned().collect()
        };
        let sales = plausible(&charges);
        if sales.iter().any(|sale| is_of_card(claim, sale)) {
            return (sales, reach);
        }
        let all: Vec<usize> = self.within(from, until).rev().collect();
        let listed = all.get(..PAGE * PAGES).unwrap_or(&all);
        let of_amount = listed
            .iter()
            .filter_map(|at| self.sold.get(*at))
            .filter(|one| one.known.amount == claim.amount)
            .count();
        let reach = SearchReach {
            is_cut: listed.len() < all.len(),
            same_amount: u32::try_from(of_amount).unwrap_or(u32::MAX),
        };
        (plausible(listed), reach)
    }

    fn indexed(
        &self,
        claim: &Claim,
        from: Timestamp,
        until: Timestamp,
    ) -> (Vec<usize>, SearchReach) {
        let Some(last4) = &claim.card.last4 else { return (Vec::new(), SearchReach::default()) };
        let of_amount = self.between(self.by_amount.get(&claim.amount.minor), from, until);
        if of_amount.len() <= PAGE {
            let same_amount = u32::try_from(of_amount.len()).unwrap_or(u32::MAX);
            return (of_amount.to_vec(), SearchReach { is_cut: false, same_amount });
        }
        let of_card = self.between(self.by_last4.get(last4.as_str()), from, until).iter().copied();
        let costs_as_much =
            |at: &usize| self.sold.get(*at).is_some_and(|one| one.known.amount == claim.amount);
        let of_card: Vec<usize> = of_card.filter(costs_as_much).collect();
        let is_cut = of_card.len() > PAGE;
        (
            of_card.into_iter().rev().take(PAGE).collect(),
            SearchReach { is_cut, same_amount: u32::MAX },
        )
    }

    fn between<'b>(
        &self,
        places: Option<&'b Vec<usize>>,
        from: Timestamp,
        until: Timestamp,
    ) -> &'b [usize] {
        let places = places.map_or(&[][..], Vec::as_slice);
        let before =
            |at: &usize, end: Timestamp| self.sold.get(*at).is_some_and(|one| one.at < end);
        let (first, last) = (
            places.partition_point(|at| before(at, from)),
            places.partition_point(|at| before(at, until)),
        );
        places.get(first..last).unwrap_or(&[])
    }

    fn within(&self, from: Timestamp, until: Timestamp) -> std::ops::Range<usize> {
        self.sold.partition_point(|one| one.at < from)
            ..self.sold.partition_point(|one| one.at <= until)
    }
}

fn window(claim: &Claim) -> (Timestamp, Timestamp) {
    let (first, last) = search_days(claim);
    let start =
        |day| ReportedTime { day, at: None }.to_instant(&TimeZone::UTC).unwrap_or(claim.alerted_at);
    (add_seconds(start(first), -OFFSET_SECONDS), add_seconds(start(last), DAY + OFFSET_SECONDS))
}

//! One run: shops that sell, alerts about their sales, and what matching makes of each.

use domain::basics::id;
use domain::basics::time::utc_day;
use domain::matching::{
    MOST_TWINS, MatchDoubt, MatchResult, SearchReach, build_twin_search, find_best_match_within,
    find_twins, settle_twins,
};
use domain::network::claim::Claim;
use jiff::{Timestamp, ToSpan};

use crate::alert::{Alert, Noise, alerts, of_twins};
use crate::random::Random;
use crate::records::Records;
use crate::score::Score;
use crate::shop::{DAYS, Shop, Sold};

/// How many alerts are raised about one opening of a shop.
pub const ALERTS: u64 = 1_000;

/// When each shop opens: 2026 began.
const OPENED: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// Alerts about a shop's first days are not counted, nor those that tell a day after its last: it
/// has few sales then that could be mistaken for one another.
const FIRST_DAYS: i64 = 12;

/// A shop that was open for a season, and the alerts about it.
#[derive(Debug)]
pub struct Season {
    pub shop: Shop,
    pub sold: Vec<Sold>,
    pub alerts: Vec<Alert>,
}

impl Season {
    /// The season of a number: the same, whenever it is made.
    #[must_use]
    pub fn of(shop: Shop, number: u64, noise: Noise) -> Self {
        let place = Shop::ALL
            .iter()
            .position(|one| *one == shop)
            .and_then(|at| u64::try_from(at).ok())
            .unwrap_or(0);
        let mut random = Random::seeded(number.wrapping_mul(1_000_003).wrapping_add(place));
        let sold = shop.sells(&mut random, OPENED);
        let alerts = alerts(shop, &mut random, &sold, ALERTS, noise);
        Self { shop, sold, alerts }
    }

    /// A season of which every alert tells of a charge made twice, and nothing that names one of
    /// the two.
    #[must_use]
    pub fn of_twins(shop: Shop, number: u64) -> Self {
        let season = Self::of(shop, number, Noise::USUAL);
        let mut random = Random::seeded(number.wrapping_mul(1_000_003).wrapping_add(77));
        Self { alerts: of_twins(shop, &mut random, &season.sold, Noise::NAMELESS), ..season }
    }

    /// A hash of what every sale and alert is, whatever else the types hold.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let texts: Vec<String> =
            self.sold.iter().map(Sold::line).chain(self.alerts.iter().map(Alert::line)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        format!("{:032x}", id::digest(&texts))
    }

    /// Matches each alert and counts what comes of it.
    pub fn score(&self, score: &mut Score) {
        let records = Records::of(&self.sold);
        let nth = |days: i64| utc_day(OPENED).saturating_add(days.days());
        let counted = nth(FIRST_DAYS)..nth(DAYS);
        let is_counted =
            |alert: &&Alert| alert.claim.transacted.is_none_or(|told| counted.contains(&told.day));
        for alert in self.alerts.iter().filter(is_counted) {
            let found = matched(self.shop, &records, &alert.claim);
            score.count(alert, &found);
        }
    }
}

/// As `matching`'s `Search::found`, where a processor tells of a payment what the shop's records
/// do.
fn matched(shop: Shop, records: &Records<'_>, claim: &Claim) -> MatchResult {
    let (mut sales, mut reach) = records.search(shop, claim);
    let mut found = find_best_match_within(claim, &sales, reach);
    if let MatchResult::One(one) = &found
        && !shop.is_at_stripe()
        && !one.names_one_payment()
    {
        reach.same_amount =
            reach.same_amount.saturating_add(records.count_of_amount(claim, &one.sale));
        found = find_best_match_within(claim, &sales, reach);
    }
    let Some(around) = build_twin_search(claim, &found) else { return found };
    let (more, searched) = records.search(shop, &around);
    sales.extend(more);
    match find_twins(claim, &found, &sales) {
        Some(twins) if twins.len() > MOST_TWINS || searched.is_cut => {
            MatchResult::Unsure { why: MatchDoubt::Twins, candidates: twins }
        }
        Some(twins) => {
            let stored = twins
                .first()
                .filter(|_| !shop.is_at_stripe())
                .map(|twin| records.count_of_amount(&around, &twin.sale));
            let stored = stored.unwrap_or(0);
            settle_twins(
                claim,
                twins,
                searched.combined_with(SearchReach { is_cut: false, same_amount: stored }),
            )
        }
        None => found,
    }
}

//! `cargo bench-matching`: the figures of matching by shop and tier. Fails where a bar is missed.

use std::process::ExitCode;

use matching_bench::alert::Noise;
use matching_bench::report::{self, card_tier, missed_by_all, of_all, of_shop};
use matching_bench::run::Season;
use matching_bench::score::Score;
use matching_bench::shop::Shop;

/// How many seasons tell what becomes of the card tier where more cards bought elsewhere, too.
const SEASONS_OF_MORE: u64 = 60;

/// How many seasons have enough charges made twice.
const SEASONS_OF_TWINS: u64 = 80;

fn main() -> ExitCode {
    let mut missed = Vec::new();
    for (name, noise) in [("usual", Noise::USUAL), ("sparse", Noise::SPARSE)] {
        println!("Alerts that carry ARN, auth code and network id as {name}: {noise:?} per mille");
        let mut all = Score::default();
        for shop in Shop::ALL {
            let score = scored(shop, noise, shop.seasons());
            let (lines, short) = of_shop(shop.name(), &score);
            println!("{}", lines.join("\n"));
            for wrong in &score.wrong {
                println!("  wrong: {wrong}");
            }
            missed.extend(short.into_iter().map(|short| format!("{name}: {short}")));
            all.add(score);
        }
        println!("all shops: {} alerts  {}\n", all.alerts, of_all(&all));
        if noise == Noise::USUAL {
            missed.extend(missed_by_all(&all));
        }
    }
    missed.extend(twins());
    tell_what_more_same_cards_do();
    for short in &missed {
        println!("MISSED {short}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All alerts tell of a charge made twice and name no payment: they are too rare among others.
fn twins() -> Vec<String> {
    println!("Alerts of charges made twice");
    let mut missed = Vec::new();
    for shop in Shop::ALL {
        let mut score = Score::default();
        (0..SEASONS_OF_TWINS).for_each(|number| Season::of_twins(shop, number).score(&mut score));
        let (line, short) = report::twins(&score);
        println!("{}: {} alerts\n{line}", shop.name(), score.alerts);
        for wrong in &score.wrong {
            println!("  wrong: {wrong}");
        }
        missed.extend(short.map(|short| format!("{}, {short}", shop.name())));
    }
    println!();
    missed
}

/// No bar: nobody knows how often a card that disputes another shop's sale bought here within days,
/// nor how often for the same.
fn tell_what_more_same_cards_do() {
    println!("The card tier with more foreign alerts of cards that bought here, too");
    for (same_card, same_price) in [(100, 0), (400, 0), (125, 500)] {
        let noise = Noise::with_same_card(same_card, same_price);
        for shop in [Shop::MixedPrices, Shop::Wallets] {
            let score = scored(shop, noise, SEASONS_OF_MORE);
            println!(
                "  {same_card} per mille, {same_price} of these at the same price, {}: {}",
                shop.name(),
                card_tier(&score)
            );
        }
    }
    println!();
}

fn scored(shop: Shop, noise: Noise, seasons: u64) -> Score {
    let mut score = Score::default();
    for number in 0..seasons {
        Season::of(shop, number, noise).score(&mut score);
    }
    score
}

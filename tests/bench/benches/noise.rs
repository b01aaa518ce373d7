//! `cargo bench-matching`: the figures of matching by shop and tier. Fails where a bar is missed.

use std::process::ExitCode;

use matching_bench::alert::Carried;
use matching_bench::report::{missed_by_all, of_all, of_shop};
use matching_bench::run::Season;
use matching_bench::score::Score;
use matching_bench::shop::Shop;

fn main() -> ExitCode {
    let mut missed = Vec::new();
    for (name, carried, of_seasons) in [("usual", Carried::USUAL, 1), ("sparse", Carried::SPARSE, 2)] {
        println!("Alerts that carry ARN, auth code and network id as {name}: {carried:?} per mille");
        let mut all = Score::default();
        for shop in Shop::ALL {
            let score = scored(shop, carried, of_seasons);
            let (lines, short) = of_shop(shop.name(), &score);
            println!("{}", lines.join("\n"));
            for wrong in &score.wrong {
                println!("  wrong: {wrong}");
            }
            missed.extend(short.into_iter().map(|short| format!("{name}: {short}")));
            all.add(score);
        }
        println!("all shops: {} alerts  {}\n", all.alerts, of_all(&all));
        if carried == Carried::USUAL {
            missed.extend(missed_by_all(&all));
        }
    }
    for short in &missed {
        println!("MISSED {short}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One in so many of the shop's seasons.
fn scored(shop: Shop, carried: Carried, of_seasons: u64) -> Score {
    let mut score = Score::default();
    for number in 0..shop.seasons() / of_seasons {
        Season::of(shop, number, carried).score(&mut score);
    }
    score
}

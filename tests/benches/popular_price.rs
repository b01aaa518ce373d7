//! `cargo bench-prices`: what orders and alerts ask of the table, beside so many orders of one
//! price.

use std::process::ExitCode;
use std::time::Instant;

use tests::world::bulk::Spread;
use tests::world::costs::{Cost, Costs};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

/// What ten million orders in a year are within five days, under each card as many as fifteen days
/// of them have.
const OF_TEN_MILLION: usize = 135_135;
const SIZES: [(&str, Spread); 3] = [
    ("1,000", Spread { orders: 1_000, cards: 9_000, days: 5 }),
    ("100,000", Spread { orders: 100_000, cards: 9_000, days: 5 }),
    ("10,000,000", Spread { orders: OF_TEN_MILLION, cards: 3_333, days: 5 }),
];

#[tokio::main]
async fn main() -> ExitCode {
    let mut measured = Vec::new();
    for (name, spread) in SIZES {
        let began = Instant::now();
        let shop = Shop::open(&World::start(Settings::default()).await).await;
        shop.load_orders(spread).await;
        eprintln!(
            "{name}: {} orders put into the table in {} s",
            spread.orders,
            began.elapsed().as_secs()
        );
        measured.push(shop.costs().await);
    }
    println!("Requests and units beside so many orders of one price:\n");
    println!(
        "| | {} |\n|---|{}",
        SIZES.map(|(name, _)| name).join(" | "),
        "---|".repeat(SIZES.len())
    );
    row("100 orders, kept", &measured, |costs| costs.kept);
    row("100 orders, nothing waits for them", &measured, |costs| costs.looked);
    for (place, (what, _)) in measured[0].alerts.iter().enumerate() {
        row(&format!("alert: {what}"), &measured, |costs| costs.alerts[place].1);
    }
    let requests = |costs: &Costs| {
        let of_alerts = costs.alerts.iter().map(|(_, cost)| (cost.reads, cost.writes));
        (costs.kept, costs.looked, of_alerts.collect::<Vec<_>>())
    };
    if measured.iter().any(|costs| requests(costs) != requests(&measured[0])) {
        println!("\nThe numbers of requests DIFFER.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn row(what: &str, measured: &[Costs], of: impl Fn(&Costs) -> Cost) {
    let cells: Vec<String> = measured.iter().map(|costs| of(costs).to_string()).collect();
    println!("| {what} | {} |", cells.join(" | "));
}

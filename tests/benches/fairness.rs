//! `cargo bench-fairness`: what a thousand messages of one tenant cost another.

use std::process::ExitCode;

use tests::fair::{Measured, Trouble, Work};

fn main() -> ExitCode {
    let all = Measured::play_all();
    println!("Seconds of another tenant's message, where the queue is fair / where it is not:\n");
    println!(
        "| message | the neighbour's target | alone | beside | after | calls to that target | \
         dead letters |"
    );
    println!("|---|---|---|---|---|---|---|");
    for [fair, unfair] in all.as_chunks().0 {
        print_row(fair, unfair);
    }
    let missed = all.iter().filter(|measured| measured.is_missed()).count();
    if missed > 0 {
        println!("\n{missed} bars are MISSED.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn print_row(fair: &Measured, unfair: &Measured) {
    let (work, trouble, alone) = (name_of(fair.work), words_of(fair.trouble), seconds(fair.alone));
    let times =
        |time: fn(&Measured) -> i64| format!("{} / {}", seconds(time(fair)), seconds(time(unfair)));
    let numbers = |number: fn(&Measured) -> u32| format!("{} / {}", number(fair), number(unfair));
    let (beside, after) = (times(|measured| measured.beside), times(|measured| measured.after));
    let (calls, dead_letters) =
        (numbers(|measured| measured.calls), numbers(|measured| measured.dead_letters));
    let mark = if fair.is_missed() || unfair.is_missed() { " MISSED" } else { "" };
    println!(
        "| {work} | {trouble} | {alone} | {beside} | {after} | {calls} | {dead_letters}{mark} |"
    );
}

const fn name_of(work: Work) -> &'static str {
    match work {
        Work::Refund => "alert's refund",
        Work::Webhook => "webhook",
        Work::Mail => "mail",
        Work::Order => "order",
    }
}

const fn words_of(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Hangs => "hangs",
        Trouble::TakesLong => "takes long",
        Trouble::Floods => "answers, a flood",
        Trouble::IsThrottled => "throttles",
    }
}

fn seconds(millis: i64) -> String {
    format!("{}.{:02}", millis / 1_000, millis % 1_000 / 10)
}

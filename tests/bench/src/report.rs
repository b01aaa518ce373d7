//! The figures and their bars.

use crate::bound::{decimal, lower_bound, share};
use crate::score::{Matches, Score, Tier};

/// What each tier that acts must show, in millionths, at the lower end of the 95 % interval.
pub const LEAST_PRECISION: u64 = 999_000;
/// Of the alerts whose sale the shop has, in millionths: matched rightly by themselves.
pub const LEAST_RECALL: u64 = 900_000;
/// The same: told that nothing fits.
pub const MOST_FALSE_NOT_FOUND: u64 = 5_000;
/// Of those that a person must decide: the sale is among the candidates.
pub const LEAST_SHOWN: u64 = 800_000;

/// With fewer matches even none wrong shows nothing.
pub const FEWEST: u64 = 3_838;

/// A shop's figures in lines, and the bars that it misses. The card tier is one, whether or not the
/// BIN agrees; its two kinds are shown, too.
#[must_use]
pub fn of_shop(name: &str, score: &Score) -> (Vec<String>, Vec<String>) {
    let mut lines = vec![format!(
        "{name}: {} alerts, {} about sales that the shop has",
        score.alerts, score.own
    )];
    let mut missed = Vec::new();
    for (tier, matches) in &score.tiers {
        let part = if tier.is_card() { "  " } else { "" };
        lines.push(line(&format!("{part}{}", tier.name()), *matches));
    }
    // Twins are rare: they have a measurement of their own.
    let acts = score
        .tiers
        .iter()
        .filter(|(tier, _)| !tier.is_card() && **tier != Tier::Twin)
        .map(|(tier, matches)| (tier.name(), *matches));
    let card = Some(("card", of_card(score))).filter(|(_, card)| card.all > 0);
    lines.extend(card.map(|(tier, matches)| line(tier, matches)));
    for (tier, Matches { all, wrong }) in acts.chain(card) {
        let bound = lower_bound(all - wrong, all);
        if bound < LEAST_PRECISION {
            missed.push(format!(
                "{name}, {tier}: {} < {}",
                decimal(bound),
                decimal(LEAST_PRECISION)
            ));
        }
    }
    lines.push(format!("  {}", of_all(score)));
    lines.push(format!("  left to a person: {}", doubts(score)));
    (lines, missed)
}

/// The card tier's figures.
#[must_use]
pub fn card_tier(score: &Score) -> String {
    line("card", of_card(score))
}

/// How often one of two equal payments is the right one, and whether that misses the bar.
#[must_use]
pub fn twins(score: &Score) -> (String, Option<String>) {
    let matches = score.tiers.get(&Tier::Twin).copied().unwrap_or_default();
    let bound = lower_bound(matches.all - matches.wrong, matches.all);
    let short = format!("one of twins: {} < {}", decimal(bound), decimal(LEAST_PRECISION));
    (
        line(Tier::Twin.name(), matches),
        (matches.all > 0 && bound < LEAST_PRECISION).then_some(short),
    )
}

fn of_card(score: &Score) -> Matches {
    let card = score.tiers.iter().filter(|(tier, _)| tier.is_card()).map(|(_, matches)| *matches);
    card.fold(Matches::default(), |sum, one| Matches {
        all: sum.all + one.all,
        wrong: sum.wrong + one.wrong,
    })
}

fn line(tier: &str, Matches { all, wrong }: Matches) -> String {
    let (precision, bound) =
        (decimal(share(all - wrong, all)), decimal(lower_bound(all - wrong, all)));
    let few = if all < FEWEST { " (too few to say)" } else { "" };
    format!(
        "  {tier:<18} {all:>6} matches {wrong:>3} wrong  precision {precision}  at least \
         {bound}{few}"
    )
}

/// Recall and its like in one line.
#[must_use]
pub fn of_all(score: &Score) -> String {
    let (recall, lost) =
        (decimal(share(score.right, score.own)), decimal(share(score.false_not_found, score.own)));
    format!(
        "recall {recall}  false NOT_FOUND {lost}  candidates hold the sale {}",
        decimal(share(score.shown, score.left))
    )
}

/// The bars that all shops together miss.
#[must_use]
pub fn missed_by_all(score: &Score) -> Vec<String> {
    let (recall, lost, shown) = (
        share(score.right, score.own),
        share(score.false_not_found, score.own),
        share(score.shown, score.left),
    );
    let mut missed = Vec::new();
    if recall < LEAST_RECALL {
        missed.push(format!("recall {} < {}", decimal(recall), decimal(LEAST_RECALL)));
    }
    if lost > MOST_FALSE_NOT_FOUND {
        missed.push(format!(
            "false NOT_FOUND {} > {}",
            decimal(lost),
            decimal(MOST_FALSE_NOT_FOUND)
        ));
    }
    if shown < LEAST_SHOWN {
        missed.push(format!(
            "candidates hold the sale {} < {}",
            decimal(shown),
            decimal(LEAST_SHOWN)
        ));
    }
    missed
}

fn doubts(score: &Score) -> String {
    let doubts: Vec<String> =
        score.doubts.iter().map(|(why, count)| format!("{why} {count}")).collect();
    doubts.join(", ")
}

use crate::alert::Noise;
use crate::rules::RuleSet;
use crate::run::Season;
use crate::score::Score;
use crate::shop::Shop;

fn season(shop: Shop) -> Season {
    Season::of(shop, 0, Noise::USUAL)
}

/// The generator is frozen: figures of two versions of matching are of the same alerts.
#[test]
fn the_set_is_the_same_for_ever() {
    let found = Shop::ALL.map(|shop| season(shop).fingerprint());
    assert_eq!(
        found,
        [
            "dbc4b98d4716c675fb229c1d322357bb",
            "a89be2f79d06a73d8f8d0d690c6a7121",
            "34058c0ef87c571f3b4fa8d57173c6b0"
        ]
    );
}

#[test]
fn no_match_of_a_small_set_is_wrong() {
    let mut all = Score::default();
    for shop in Shop::ALL {
        let mut season = season(shop);
        season.alerts.truncate(400);
        let mut score = Score::default();
        season.score(&mut score);
        assert!(score.wrong.is_empty(), "{}", score.wrong.join("\n"));
        all.add(score);
    }
    let missed = crate::report::missed_by_all(&all);
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn each_alert_is_decided_by_the_ruleset_that_it_was_made_for() {
    let set = RuleSet::of(50);
    assert_eq!(set.wrong(), 0);
    let decided = set.alerts.iter().filter(|alert| alert.first.is_some()).count();
    assert!((700..950).contains(&decided), "{decided} of {}", set.alerts.len());
}

#[test]
fn one_alert_in_ten_or_so_is_about_a_sale_that_the_shop_does_not_have() {
    for shop in Shop::ALL {
        let alerts = season(shop).alerts;
        let foreign = alerts.iter().filter(|alert| alert.truth.is_none()).count();
        assert!(foreign * 100 >= alerts.len() * 8, "{foreign} of {}", alerts.len());
    }
}

//! What holds of any rules: Kleene's laws, and that no order of writing decides.

use super::*;

fn truth() -> impl Strategy<Value = Truth> {
    prop_oneof![Just(Truth::Met), Just(Truth::NotMet), Just(Truth::Unknown)]
}

fn joined(join: Join, truths: &[Truth]) -> Truth {
    join.of(truths.iter().copied())
}

const fn not(truth: Truth) -> Truth {
    match truth {
        Truth::Met => Truth::NotMet,
        Truth::NotMet => Truth::Met,
        Truth::Unknown => Truth::Unknown,
    }
}

proptest! {
    #[test]
    fn de_morgan(truths in prop::collection::vec(truth(), 1..6)) {
        let negated: Vec<Truth> = truths.iter().map(|truth| not(*truth)).collect();
        prop_assert_eq!(joined(Join::And, &truths), not(joined(Join::Or, &negated)));
    }

    #[test]
    fn the_order_of_rules_decides_nothing(
        (truths, shuffled) in prop::collection::vec(truth(), 0..6)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        join in prop_oneof![Just(Join::And), Just(Join::Or)],
    ) {
        prop_assert_eq!(joined(join, &truths), joined(join, &shuffled));
    }

    #[test]
    fn groups_join_as_their_rules_do(
        left in prop::collection::vec(truth(), 1..4),
        right in prop::collection::vec(truth(), 1..4),
        join in prop_oneof![Just(Join::And), Just(Join::Or)],
    ) {
        let groups = [joined(join, &left), joined(join, &right)];
        prop_assert_eq!(joined(join, &groups), joined(join, &[left, right].concat()));
        prop_assert_eq!(joined(join, &[groups[0], groups[0]]), groups[0]);
    }

    /// Learning what was unknown never turns what was sure already.
    #[test]
    fn what_is_sure_stays_so_when_more_is_known(
        truths in prop::collection::vec((truth(), any::<bool>()), 1..6),
        join in prop_oneof![Just(Join::And), Just(Join::Or)],
    ) {
        let before: Vec<Truth> = truths.iter().map(|(truth, _)| *truth).collect();
        let learnt = |(truth, yes): &(Truth, bool)| {
            if *truth == Truth::Unknown { Truth::from(*yes) } else { *truth }
        };
        let after: Vec<Truth> = truths.iter().map(learnt).collect();
        let sure = joined(join, &before);
        prop_assert!(sure == Truth::Unknown || sure == joined(join, &after));
    }
}

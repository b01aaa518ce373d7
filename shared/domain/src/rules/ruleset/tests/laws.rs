//! What holds of any rules: Kleene's laws, and that no order of writing decides.

use super::*;

fn truth() -> impl Strategy<Value = TruthValue> {
    prop_oneof![Just(TruthValue::Met), Just(TruthValue::NotMet), Just(TruthValue::Unknown)]
}

fn joined(join: JoinOperator, truths: &[TruthValue]) -> TruthValue {
    join.join_truths(truths.iter().copied())
}

const fn not(truth: TruthValue) -> TruthValue {
    match truth {
        TruthValue::Met => TruthValue::NotMet,
        TruthValue::NotMet => TruthValue::Met,
        TruthValue::Unknown => TruthValue::Unknown,
    }
}

proptest! {
    #[test]
    fn de_morgan(truths in prop::collection::vec(truth(), 1..6)) {
        let negated: Vec<TruthValue> = truths.iter().map(|truth| not(*truth)).collect();
        prop_assert_eq!(joined(JoinOperator::And, &truths), not(joined(JoinOperator::Or, &negated)));
    }

    #[test]
    fn the_order_of_rules_decides_nothing(
        (truths, shuffled) in prop::collection::vec(truth(), 0..6)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        join in prop_oneof![Just(JoinOperator::And), Just(JoinOperator::Or)],
    ) {
        prop_assert_eq!(joined(join, &truths), joined(join, &shuffled));
    }

    #[test]
    fn groups_join_as_their_rules_do(
        left in prop::collection::vec(truth(), 1..4),
        right in prop::collection::vec(truth(), 1..4),
        join in prop_oneof![Just(JoinOperator::And), Just(JoinOperator::Or)],
    ) {
        let groups = [joined(join, &left), joined(join, &right)];
        prop_assert_eq!(joined(join, &groups), joined(join, &[left, right].concat()));
        prop_assert_eq!(joined(join, &[groups[0], groups[0]]), groups[0]);
    }

    /// Learning what was unknown never turns what was sure already.
    #[test]
    fn what_is_sure_stays_so_when_more_is_known(
        truths in prop::collection::vec((truth(), any::<bool>()), 1..6),
        join in prop_oneof![Just(JoinOperator::And), Just(JoinOperator::Or)],
    ) {
        let before: Vec<TruthValue> = truths.iter().map(|(truth, _)| *truth).collect();
        let learnt = |(truth, yes): &(TruthValue, bool)| {
            if *truth == TruthValue::Unknown { TruthValue::from(*yes) } else { *truth }
        };
        let after: Vec<TruthValue> = truths.iter().map(learnt).collect();
        let sure = joined(join, &before);
        prop_assert!(sure == TruthValue::Unknown || sure == joined(join, &after));
    }
}

//! What holds of any rules: Kleene's laws, and that no order of writing decides.

use proptest::prelude::*;

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
        let by_or = not(joined(JoinOperator::Or, &negated));
        prop_assert_eq!(joined(JoinOperator::And, &truths), by_or);
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

fn any_ruleset() -> impl Strategy<Value = Ruleset> {
    let condition = prop_oneof![
        (0_u64..3).prop_map(|cents| amount(ComparisonOperator::GreaterThan, cents)),
        prop_oneof![Just("ACMEFIT"), Just("OTHER")]
            .prop_map(|text| descriptor(DescriptorMatchType::StartsWith, text)),
    ];
    let join = prop_oneof![Just(JoinOperator::And), Just(JoinOperator::Or)];
    let rules = prop::collection::vec(condition, 0..3);
    (0_u32..1000, join, rules, prop::option::of(0_u32..3), any::<bool>()).prop_map(
        |(name, join, rules, priority, is_enabled)| Ruleset {
            is_enabled,
            priority,
            ..a_ruleset(&name.to_string(), join, rules)
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_listing_decides_nothing(
        (rulesets, shuffled) in prop::collection::btree_map(0_u8..8, any_ruleset(), 0..6)
            .prop_flat_map(|named| {
                let all: Vec<Ruleset> = named
                    .into_iter()
                    .map(|(at, one)| Ruleset { id: RulesetId::derived(&[&at.to_string()]), ..one })
                    .collect();
                (Just(all.clone()), Just(all).prop_shuffle())
            }),
        dollars in any::<bool>(),
    ) {
        let facts = facts(1, if dollars { Currency::USD } else { Currency::EUR });
        let verdict = decide_by_rulesets(&rulesets, &facts, None);
        prop_assert_eq!(&verdict, &decide_by_rulesets(&shuffled, &facts, None));
        if let RulesetVerdict::Met { explanation, .. } = verdict {
            prop_assert!(rulesets.iter().any(|own| own.id == explanation.ruleset
                && own.is_enabled
                && own.check_facts(&facts, None).result == TruthValue::Met));
        }
    }
}

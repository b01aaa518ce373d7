//! Routing, of any routes and any text.

use proptest::prelude::*;

use super::*;

fn any_route() -> impl Strategy<Value = DescriptorRoute> {
    let match_type = prop_oneof![
        Just(DescriptorMatchType::Contains),
        Just(DescriptorMatchType::StartsWith),
        Just(DescriptorMatchType::Equals)
    ];
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    ("[ab]", "[1-3]", match_type, "[XY]{1,4}", flags).prop_map(
        |(organisation, enrolment, match_type, text, (held, ended))| {
            let enrolment = format!("{organisation}{enrolment}");
            DescriptorRoute { held, ended, ..a_route(&organisation, &enrolment, match_type, &text) }
        },
    )
}

/// The words, each with the sign behind the word.
fn join_by_signs(words: &[String], signs: &[&str]) -> String {
    words.iter().zip(signs).flat_map(|(word, sign)| [word.as_str(), *sign]).collect()
}

const fn without_accent(letter: char) -> char {
    match letter {
        'É' => 'E',
        'Ü' => 'U',
        'Ñ' => 'N',
        'Ç' => 'C',
        'Ø' => 'O',
        other => other,
    }
}

proptest! {
    #[test]
    fn routing_does_not_depend_on_order(
        (routes, shuffled) in prop::collection::vec(any_route(), 0..8)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        text in "[XY]{1,5}",
    ) {
        prop_assert_eq!(route_descriptor(&text, &routes), route_descriptor(&text, &shuffled));
    }

    #[test]
    fn a_held_route_never_gets_an_alert_nor_one_that_another_organisations_fits(
        routes in prop::collection::vec(any_route(), 0..8),
        text in "[XY]{1,5}",
    ) {
        let free = || routes.iter().filter(|own| !own.held && own.rank_match(&text).is_some());
        let is_live = free().any(|own| !own.ended);
        let contestants = || free().filter(|own| own.ended != is_live);
        match route_descriptor(&text, &routes) {
            RoutingResult::To { organisation, enrolments, pending } => {
                prop_assert!(pending.iter().all(|one| enrolments.contains(one)));
                prop_assert!(contestants().all(|own| own.organisation == organisation));
                prop_assert!(
                    enrolments.iter().all(|one| contestants().any(|own| own.enrolment == *one))
                );
            }
            RoutingResult::Contested(of) => {
                prop_assert!(
                    contestants()
                        .all(|own| of.iter().any(|one| one.organisation == own.organisation))
                );
            }
            RoutingResult::Held(_) | RoutingResult::Nothing => prop_assert_eq!(free().count(), 0),
        }
    }

    /// What a squatter may enrol: whatever it is, it takes none of another's alerts.
    #[test]
    fn enrolling_more_takes_nothing_from_others(
        routes in prop::collection::vec(any_route(), 0..8),
        new in any_route(),
        text in "[XY]{1,5}",
    ) {
        if let RoutingResult::To { organisation, .. } = route_descriptor(&text, &routes) {
            let live = routes.iter().any(|own| {
                own.organisation == organisation
                    && !own.held
                    && !own.ended
                    && own.rank_match(&text).is_some()
            });
            let with = [routes, vec![new.clone()]].concat();
            if let RoutingResult::To { organisation: now, .. } = route_descriptor(&text, &with) {
                prop_assert!(now == organisation || !live, "{:?} took it", new);
            }
        }
    }

    #[test]
    fn overlapping_is_mutual_and_foresees_ties(
        a in any_route(),
        b in any_route(),
        text in "[XY]{1,5}",
    ) {
        prop_assert_eq!(can_overlap(&a, &b), can_overlap(&b, &a));
        let both = [&a, &b].iter().all(|own| own.match_type.is_match(&own.descriptor, &text));
        let equally = (a.match_type, a.descriptor.len()) == (b.match_type, b.descriptor.len());
        if both && equally && a.match_type != DescriptorMatchType::Contains {
            prop_assert!(can_overlap(&a, &b));
        }
        if both
            && a.match_type != b.match_type
            && DescriptorMatchType::Equals == a.match_type.max(b.match_type)
        {
            prop_assert!(can_overlap(&a, &b));
        }
    }

    #[test]
    fn each_descriptor_is_reached_as_banks_print_it(
        words in prop::collection::vec("[a-zA-ZéüñçØ]{3,8}|H&M", 1..7),
        signs in prop::collection::vec(
            prop_oneof![Just(" "), Just("*"), Just(" *"), Just("-"), Just("")],
            7,
        ),
        kept in prop::collection::vec(any::<bool>(), 7),
        match_type in prop_oneof![
            Just(DescriptorMatchType::Contains),
            Just(DescriptorMatchType::StartsWith),
            Just(DescriptorMatchType::Equals)
        ],
    ) {
        let joined = |signs: &[&str]| join_by_signs(&words, signs);
        let enrolment = an_enrolment(&[(&joined(&signs), match_type)]);
        prop_assume!(enrolment.watches.find_errors().is_empty());
        // A bank drops signs and adds none: a statement that is cut then holds no fewer letters
        // than the descriptor's first 22 characters.
        let printed: Vec<&str> =
            signs.iter().zip(kept).map(|(sign, kept)| if kept { *sign } else { "" }).collect();
        let statement: String =
            joined(&printed).to_uppercase().chars().map(without_accent).take(22).collect();
        prop_assert_eq!(
            route_descriptor(statement.trim(), &enrolment.to_routes()),
            to("a", "1"),
            "{}",
            statement
        );
    }

    #[test]
    fn signs_that_a_bank_adds_lead_nowhere_else(
        words in prop::collection::vec("[a-zA-Z]{3,5}", 1..4),
        signs in prop::collection::vec(prop_oneof![Just(" "), Just("*"), Just("-"), Just("")], 3),
        added in prop::collection::vec(prop_oneof![Just(" "), Just(" *"), Just(".")], 3),
        match_type in prop_oneof![
            Just(DescriptorMatchType::Contains),
            Just(DescriptorMatchType::StartsWith),
            Just(DescriptorMatchType::Equals)
        ],
    ) {
        let joined = |signs: &[&str]| join_by_signs(&words, signs);
        let enrolment = an_enrolment(&[(&joined(&signs), match_type)]);
        prop_assume!(enrolment.watches.find_errors().is_empty());
        let statement = joined(&added).to_uppercase();
        prop_assume!(statement.trim().len() <= 22);
        prop_assert_eq!(
            route_descriptor(statement.trim(), &enrolment.to_routes()),
            to("a", "1"),
            "{}",
            statement
        );
    }
}

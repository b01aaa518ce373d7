use std::collections::BTreeSet;

use domain::account::enrolment::{
    DescriptorMatchType, DescriptorRoute, RoutingResult, find_clashes, route_descriptor,
};

use super::parts::{group_by_part, part_of, parts_beside, search_prefix_of};
use crate::keys;

fn a_route(
    organisation: &str,
    match_type: DescriptorMatchType,
    descriptor: &str,
) -> DescriptorRoute {
    DescriptorRoute {
        organisation: domain::basics::id::OrganisationId::derived(&[organisation]),
        enrolment: domain::basics::id::EnrolmentId::derived(&[organisation, descriptor]),
        descriptor: descriptor.into(),
        match_type,
        held: false,
        ended: false,
        pending: false,
        on_statement: (descriptor.len() > 22).then(|| descriptor.chars().take(22).collect()),
    }
}

/// Every text of two letters up to a length, and some that are longer than a statement.
fn texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    for at in 0.. {
        if texts[at].len() == 7 {
            break;
        }
        let longer = ["X", "Y"].map(|letter| format!("{}{letter}", texts[at]));
        texts.extend(longer);
    }
    let long =
        [14, 15, 21, 22, 23, 30].map(|length| "XYYXYXXY".chars().cycle().take(length).collect());
    texts.into_iter().chain(long).collect()
}

fn patterns(organisation: &str) -> Vec<DescriptorRoute> {
    let ways = [
        DescriptorMatchType::Contains,
        DescriptorMatchType::StartsWith,
        DescriptorMatchType::Equals,
    ];
    let all = ways.into_iter().flat_map(|way| texts().into_iter().map(move |text| (way, text)));
    all.filter(|(way, text)| text.len() >= way.min_length())
        .map(|(way, text)| a_route(organisation, way, &text))
        .collect()
}

fn parts_for(text: &str) -> BTreeSet<String> {
    parts_beside(text).chain([keys::BY_CONTENTS.to_owned()]).collect()
}

#[test]
fn no_route_that_fits_is_outside_the_parts_that_are_looked_at() {
    for text in texts() {
        let parts = parts_for(&text);
        for pattern in patterns("a")
            .iter()
            .filter(|own| !parts.contains(&part_of(search_prefix_of(own), &own.descriptor)))
        {
            assert_eq!(
                route_descriptor(&text, [pattern]),
                RoutingResult::Nothing,
                "{text} fits {pattern:?}"
            );
        }
    }
}

/// A vague beginning waits for the operator whatever it clashes with, and is not compared.
#[test]
fn no_route_that_clashes_is_outside_the_parts_that_are_looked_at() {
    let others = patterns("b");
    for new in patterns("a").iter().filter(|new| !new.match_type.is_vague(&new.descriptor)) {
        let parts: BTreeSet<String> = parts_beside(&new.descriptor).collect();
        let outside = others
            .iter()
            .filter(|other| !parts.contains(&part_of(search_prefix_of(other), &other.descriptor)));
        assert_eq!(find_clashes(new, outside).next(), None, "with {new:?}");
    }
}

#[test]
fn an_alert_looks_at_its_letters_and_at_what_looks_inside_and_at_nothing_else() {
    let mut routes: Vec<DescriptorRoute> = (0..100_000)
        .map(|number| a_route("a", DescriptorMatchType::StartsWith, &format!("{number:05}SHOP")))
        .collect();
    routes.extend(
        (0..1_000).map(|number| {
            a_route("b", DescriptorMatchType::Contains, &format!("INSIDE{number:04}"))
        }),
    );
    routes.push(a_route("c", DescriptorMatchType::Equals, "42"));
    let parts = group_by_part(routes);
    let looked: usize = parts_for("42042SHOP")
        .iter()
        .filter_map(|part| parts.get(part))
        .map(|part| part.len())
        .sum();
    assert_eq!(looked, 1 + 1 + 1_000, "of 101,001");
}

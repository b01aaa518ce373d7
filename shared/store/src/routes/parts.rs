//! The parts of a connection's routes: a part is the routes of a way that share first letters.

use std::collections::HashMap;
use std::sync::Arc;

use domain::account::enrolment::{
    DescriptorMatchType, DescriptorRoute, MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR,
};

use crate::keys;

/// Routes by part.
pub(super) type RouteParts = HashMap<String, Arc<[DescriptorRoute]>>;

/// Returns the way of searching a route, and the number of first letters.
pub(super) fn search_prefix_of(route: &DescriptorRoute) -> (&'static str, usize) {
    match route.match_type {
        DescriptorMatchType::Contains => (keys::BY_CONTENTS, 0),
        DescriptorMatchType::StartsWith | DescriptorMatchType::Equals
            if route.descriptor.chars().count() < MIN_DESCRIPTOR =>
        {
            (keys::BY_SHORT_NAME, MIN_WHOLE_DESCRIPTOR)
        }
        DescriptorMatchType::StartsWith | DescriptorMatchType::Equals => {
            (keys::BY_PREFIX, MIN_DESCRIPTOR)
        }
    }
}

/// Returns the part of a way with these first letters: the prefix of the sort keys of the part's
/// routes.
pub(super) fn part_of((way, letters): (&str, usize), text: &str) -> String {
    way.chars().chain(text.chars().take(letters)).collect()
}

pub(super) fn group_by_part(routes: Vec<DescriptorRoute>) -> RouteParts {
    let mut parts: HashMap<String, Vec<DescriptorRoute>> = HashMap::new();
    for route in routes {
        parts.entry(part_of(search_prefix_of(&route), &route.descriptor)).or_default().push(route);
    }
    parts.into_iter().map(|(part, routes)| (part, routes.into())).collect()
}

/// Lists the parts that share a normalised text's first letters.
pub(super) fn parts_beside(text: &str) -> impl Iterator<Item = String> {
    let ways = [(keys::BY_PREFIX, MIN_DESCRIPTOR), (keys::BY_SHORT_NAME, MIN_WHOLE_DESCRIPTOR)];
    ways.into_iter()
        .filter(|(_, letters)| text.chars().count() >= *letters)
        .map(|way| part_of(way, text))
}

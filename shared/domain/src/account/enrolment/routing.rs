//! Routing: the organisation that an alert belongs to, by descriptor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DescriptorMatchType, Enrolment, EnrolmentStatus, EnrolmentTarget, MIN_DESCRIPTOR};
use crate::basics::id::{EnrolmentId, OrganisationId};
use crate::basics::text::{exceeds_statement, normalise_text, truncate_to_statement};

/// The minimum number of letters and digits of a descriptor that may have been truncated.
const SHORTEST_CUT: usize = 15;

/// A route: a descriptor of an enrolment, in the form that routing reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescriptorRoute {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
    /// The descriptor, normalised.
    pub descriptor: String,
    pub match_type: DescriptorMatchType,
    /// Whether the route is excluded from routing until the operator decides.
    #[serde(default)]
    pub held: bool,
    /// Whether the enrolment is cancelled. Such a route takes late alerts that fit no live route.
    #[serde(default)]
    pub ended: bool,
    /// Whether no alert has proven the enrolment yet. Rows stored before this field existed count
    /// as pending, and the enrolment is read.
    #[serde(default = "unproven")]
    pub pending: bool,
    /// The prefix that fits on a statement, where the descriptor is longer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub on_statement: Option<String>,
}

/// The result of routing a descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutingResult {
    /// A single organisation: the enrolments that fit equally well, in a fixed sequence, and the
    /// PENDING enrolments among these.
    To { organisation: OrganisationId, enrolments: Vec<EnrolmentId>, pending: Vec<EnrolmentId> },
    /// Enrolments of several organisations fit. Only evidence of the payment can decide between the
    /// organisations.
    Contested(Vec<EnrolmentCandidate>),
    /// Only enrolments that need attention fit.
    Held(Vec<EnrolmentCandidate>),
    /// No enrolment fits.
    Nothing,
}

/// An enrolment that an alert may belong to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnrolmentCandidate {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
}

/// The rank of a route's match: the whole pattern before a prefix, live before ended, `EQUALS`
/// before `STARTS_WITH` before `CONTAINS`, then the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteMatchRank {
    is_whole: bool,
    is_live: bool,
    match_type: DescriptorMatchType,
    length: usize,
}

/// Finds the organisation that a descriptor belongs to.
///
/// Matches are ranked within an organisation only: a longer pattern takes no alert from another
/// organisation. A live route ranks before any ended route, which lets a descriptor be enrolled
/// anew. A held route takes no alert and blocks no other route.
#[must_use]
pub fn route_descriptor<'a>(
    descriptor: &str,
    routes: impl IntoIterator<Item = &'a DescriptorRoute>,
) -> RoutingResult {
    let text = normalise_text(descriptor);
    let fitting = routes.into_iter().filter_map(|route| Some((route.rank_match(&text)?, route)));
    let (held, free): (Vec<_>, Vec<_>) = fitting.partition(|(_, route)| route.held);
    let is_live = free.iter().any(|(fit, _)| fit.is_live);
    let mut best: BTreeMap<&OrganisationId, RouteMatchRank> = BTreeMap::new();
    for (fit, route) in free.iter().filter(|(fit, _)| fit.is_live == is_live) {
        let known = best.entry(&route.organisation).or_insert(*fit);
        *known = (*known).max(*fit);
    }
    let winning = || {
        free.iter()
            .filter(|(fit, route)| best.get(&route.organisation) == Some(fit))
            .map(|(_, route)| *route)
    };
    let winners = collect_candidates(winning());
    match winners.first() {
        None if held.is_empty() => RoutingResult::Nothing,
        None => RoutingResult::Held(collect_candidates(held.into_iter().map(|(_, route)| route))),
        Some(first) if best.len() == 1 => {
            let organisation = first.organisation.clone();
            let pending =
                enrolment_ids(collect_candidates(winning().filter(|route| route.pending)));
            RoutingResult::To { organisation, enrolments: enrolment_ids(winners), pending }
        }
        Some(_) => RoutingResult::Contested(winners),
    }
}

/// Checks whether two routes may match the same alert.
///
/// - Two `EQUALS`: both are equal.
/// - `EQUALS` and another: the descriptor fits the other's pattern.
/// - Two `STARTS_WITH`: either is a prefix of the other.
/// - With a `CONTAINS`: either contains the other.
///
/// A pattern longer than a statement also matches the alerts of the prefix. Patterns that merely
/// meet in a descriptor are not detected here: an alert that fits both is contested.
#[must_use]
pub fn can_overlap(a: &DescriptorRoute, b: &DescriptorRoute) -> bool {
    let (loose, strict) = if a.match_type <= b.match_type { (a, b) } else { (b, a) };
    let (part, whole) = (loose.descriptor.as_str(), strict.descriptor.as_str());
    let by_pattern = match (loose.match_type, strict.match_type) {
        (_, DescriptorMatchType::Equals) => loose.match_type.is_match(part, whole),
        (DescriptorMatchType::StartsWith, _) => whole.starts_with(part) || part.starts_with(whole),
        (DescriptorMatchType::Contains | DescriptorMatchType::Equals, _) => {
            whole.contains(part) || part.contains(whole)
        }
    };
    by_pattern || is_printed_as(a, b) || is_printed_as(b, a)
}

/// Checks whether a statement of the first route would fit the second.
fn is_printed_as(a: &DescriptorRoute, b: &DescriptorRoute) -> bool {
    let fits = |printed: &String| {
        b.match_type.is_match(&b.descriptor, printed) || b.descriptor.starts_with(printed.as_str())
    };
    a.on_statement.as_ref().is_some_and(fits)
}

/// Returns the routes of other organisations that a new route clashes with. A `CONTAINS` route
/// never clashes, and a held vague route blocks no new route: evidence decides about an alert that
/// fits both.
pub fn find_clashes<'a>(
    new: &'a DescriptorRoute,
    others: impl IntoIterator<Item = &'a DescriptorRoute>,
) -> impl Iterator<Item = &'a DescriptorRoute> {
    let is_inside = |route: &DescriptorRoute| route.match_type == DescriptorMatchType::Contains;
    let is_aside = move |other: &DescriptorRoute| {
        is_inside(other) || (other.held && other.match_type.is_vague(&other.descriptor))
    };
    let others = others.into_iter().filter(move |other| !is_inside(new) && !is_aside(other));
    others.filter(|other| other.organisation != new.organisation && can_overlap(new, other))
}

impl DescriptorMatchType {
    /// Checks whether a text matches a pattern, both normalised. An empty pattern matches nothing.
    #[must_use]
    pub fn is_match(self, pattern: &str, text: &str) -> bool {
        !pattern.is_empty()
            && match self {
                Self::Contains => text.contains(pattern),
                Self::StartsWith => text.starts_with(pattern),
                Self::Equals => text == pattern,
            }
    }
}

impl DescriptorRoute {
    /// Ranks the match of the route with a normalised text. A text that ends at the length of a
    /// statement counts as the whole descriptor. A text truncated elsewhere ranks below every other
    /// match.
    pub(super) fn rank_match(&self, text: &str) -> Option<RouteMatchRank> {
        let fit = |is_whole, length| RouteMatchRank {
            is_whole,
            is_live: !self.ended,
            match_type: self.match_type,
            length,
        };
        if self.match_type.is_match(&self.descriptor, text) {
            return Some(fit(true, self.descriptor.chars().count()));
        }
        let length = text.chars().count();
        if !self.descriptor.starts_with(text) || length < MIN_DESCRIPTOR {
            return None;
        }
        if self.on_statement.as_ref().is_some_and(|printed| printed.len() <= text.len()) {
            return Some(fit(true, length));
        }
        (length >= SHORTEST_CUT)
            .then(|| RouteMatchRank { match_type: DescriptorMatchType::Contains, ..fit(false, 0) })
    }
}

impl Enrolment {
    /// Returns the routes of the enrolment; none where alerts do not arrive by descriptor.
    #[must_use]
    pub fn to_routes(&self) -> Vec<DescriptorRoute> {
        let EnrolmentTarget::EthocaAlert { descriptors } = &self.watches else { return Vec::new() };
        let routes = descriptors.iter().map(|own| DescriptorRoute {
            organisation: self.organisation.clone(),
            enrolment: self.id.clone(),
            descriptor: normalise_text(&own.descriptor),
            match_type: own.match_type,
            held: self.status == EnrolmentStatus::NeedsAttention,
            ended: self.status == EnrolmentStatus::Unenrolled,
            pending: self.status == EnrolmentStatus::Pending,
            on_statement: statement_prefix(&own.descriptor),
        });
        routes
            .filter(|route| route.descriptor.chars().count() >= route.match_type.min_length())
            .collect()
    }

    /// Ranks the match of the enrolment with a descriptor, if a route that is not held matches.
    #[must_use]
    pub fn rank_descriptor(&self, descriptor: &str) -> Option<RouteMatchRank> {
        let text = normalise_text(descriptor);
        self.to_routes()
            .iter()
            .filter(|route| !route.held)
            .filter_map(|route| route.rank_match(&text))
            .max()
    }
}

/// Returns the prefix that fits on a statement, where the descriptor is longer and the prefix is
/// long enough for a comparison.
fn statement_prefix(descriptor: &str) -> Option<String> {
    let beginning = exceeds_statement(descriptor).then(|| truncate_to_statement(descriptor));
    beginning.filter(|text| text.chars().count() >= MIN_DESCRIPTOR)
}

const fn unproven() -> bool {
    true
}

fn enrolment_ids(claimants: Vec<EnrolmentCandidate>) -> Vec<EnrolmentId> {
    claimants.into_iter().map(|one| one.enrolment).collect()
}

fn collect_candidates<'a>(
    routes: impl Iterator<Item = &'a DescriptorRoute>,
) -> Vec<EnrolmentCandidate> {
    let claimant = |route: &DescriptorRoute| EnrolmentCandidate {
        organisation: route.organisation.clone(),
        enrolment: route.enrolment.clone(),
    };
    let mut claimants: Vec<EnrolmentCandidate> = routes.map(claimant).collect();
    claimants.sort_by(|a, b| a.enrolment.cmp(&b.enrolment));
    claimants.dedup();
    claimants
}

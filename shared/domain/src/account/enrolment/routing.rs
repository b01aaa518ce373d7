//! Routing: which organisation an alert belongs to, by its descriptor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DescriptorMatchType, Enrolment, EnrolmentStatus, EnrolmentTarget, MIN_DESCRIPTOR};
use crate::basics::id::{EnrolmentId, OrganisationId};
use crate::basics::text::{exceeds_statement, normalise_text, truncate_to_statement};

/// The fewest letters and digits of a descriptor that may have been cut off before its end.
const SHORTEST_CUT: usize = 15;

/// One descriptor of one enrolment, as routing sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescriptorRoute {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
    /// Normalised.
    pub descriptor: String,
    pub match_type: DescriptorMatchType,
    /// Kept from routing until the operator decides.
    #[serde(default)]
    pub held: bool,
    /// Of a cancelled enrolment: takes late alerts that no other route wants.
    #[serde(default)]
    pub ended: bool,
    /// Of an enrolment that no alert has proven yet. A row from before this was kept says nothing,
    /// and its enrolment is read.
    #[serde(default = "unproven")]
    pub pending: bool,
    /// The beginning that a statement has room for, where the descriptor is longer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub on_statement: Option<String>,
}

/// Whose an alert is, by its descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutingResult {
    /// One organisation's: the enrolments that fit equally well, in an order of their own, and
    /// those of them that are PENDING.
    To { organisation: OrganisationId, enrolments: Vec<EnrolmentId>, pending: Vec<EnrolmentId> },
    /// Enrolments of several organisations fit: no pattern tells whose it is, only evidence of the
    /// payment.
    Contested(Vec<EnrolmentCandidate>),
    /// Only enrolments that need attention fit.
    Held(Vec<EnrolmentCandidate>),
    /// Nobody's.
    Nothing,
}

/// An enrolment that an alert may belong to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnrolmentCandidate {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
}

/// How well a route fits: the whole pattern before a beginning, live before ended, `EQUALS` before
/// `STARTS_WITH` before `CONTAINS`, then the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteMatchRank {
    is_whole: bool,
    is_live: bool,
    match_type: DescriptorMatchType,
    length: usize,
}

/// Finds the organisation a descriptor belongs to. Fits are ranked within an organisation only:
/// whoever enrols a longer pattern wins nothing of another's. A live route goes before any ended
/// one, so that a descriptor enrolled anew is not taken by its past. A held route routes nothing,
/// and keeps nobody else's alerts back either.
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

/// Whether two routes may want the same alert. Two `EQUALS`: they are equal. `EQUALS` and another:
/// it fits the other's pattern. Two `STARTS_WITH`: one begins with the other. With a `CONTAINS`:
/// one contains the other. A pattern longer than a statement wants what its beginning wants, too.
/// Patterns that merely meet in one descriptor are not foreseen here: where both fit an alert, it
/// is contested.
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

/// Whether a statement of the first route would fit the second.
fn is_printed_as(a: &DescriptorRoute, b: &DescriptorRoute) -> bool {
    let fits = |printed: &String| {
        b.match_type.is_match(&b.descriptor, printed) || b.descriptor.starts_with(printed.as_str())
    };
    a.on_statement.as_ref().is_some_and(fits)
}

/// The routes of other organisations that a new route clashes with. A vague route that is held
/// stands in nobody's way, nor does one that looks inside descriptors: of an alert that both fit,
/// evidence tells whose it is.
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
    /// Whether a text fits a pattern, both normalised. An empty pattern fits nothing.
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
    /// How well the route fits a normalised text. A text that ends where a statement ends counts as
    /// the whole descriptor; a text that ends elsewhere within the descriptor fits only where
    /// nothing else does.
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
    /// What routing needs to know of it; nothing for an enrolment whose alerts do not come by
    /// descriptor.
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

    /// How well it fits an alert of this descriptor, if it routes and fits.
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

/// The beginning that a statement has room for, where the descriptor is longer and that much of it
/// can be compared.
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

//! Enrolments: what the network sends alerts for, and which of them an alert belongs to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::claim::normalised;
use crate::id::{ConnectionId, EnrolmentId, MerchantId, OrganisationId};

/// The fewest letters and digits of a descriptor; a shorter one would catch other merchants' alerts.
pub const MIN_DESCRIPTOR: usize = 5;
/// The fault of an RDR enrolment that says nothing.
pub const NOTHING_NAMED: &str = "BIN_AND_CAID_OR_ARNS";

/// What a network watches for an organisation's merchants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub organisation: OrganisationId,
    pub merchant_ids: Vec<MerchantId>,
    pub watches: Watches,
    pub status: EnrolmentStatus,
    /// The vendor connection its alerts come over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connection: Option<ConnectionId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    #[serde(default = "crate::account::first_version")]
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What exactly is watched, by product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Watches {
    /// Ethoca alerts, by statement descriptor.
    EthocaAlert { descriptors: Vec<Descriptor> },
    /// Verifi RDR, by acquirer BIN and card acceptor id; sample ARNs until the operator has looked both up.
    VerifiRdr {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        bin: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        caid: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        arns: Vec<String>,
    },
}

/// A statement descriptor, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EnrolledDescriptor))]
pub struct Descriptor {
    #[cfg_attr(feature = "openapi", schema(min_length = 5))]
    pub descriptor: String,
    pub match_type: MatchType,
}

/// How a descriptor is compared, after both sides are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchType {
    Contains,
    StartsWith,
    Equals,
}

/// The life of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrolmentStatus {
    /// Asked for; the first alert proves it.
    Pending,
    /// Alerts come.
    Enabled,
    /// Clashes with another's; routes nothing until the operator decides.
    NeedsAttention,
    /// Cancelled; late alerts are taken in and shown, no rule acts.
    Unenrolled,
}

/// One descriptor of one enrolment, as routing sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
    /// Normalised.
    pub descriptor: String,
    pub match_type: MatchType,
    /// Kept from routing until the operator decides.
    #[serde(default)]
    pub held: bool,
    /// Of a cancelled enrolment: takes late alerts that no other route wants.
    #[serde(default)]
    pub ended: bool,
}

/// Whose an alert is, by its descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routed {
    /// One enrolment's.
    To { organisation: OrganisationId, enrolment: EnrolmentId },
    /// Several enrolments fit equally well.
    Tie(Vec<EnrolmentId>),
    /// Only enrolments that need attention fit.
    Held(Vec<EnrolmentId>),
    /// Nobody's.
    Nothing,
}

/// What is wrong with one field of a thing somebody sent us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FieldError))]
pub struct Fault {
    /// The field, as a path (`rules[0].parameters.currency_code`).
    pub field: String,
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl Fault {
    /// A fault of a field.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// Finds the enrolment a descriptor belongs to: `EQUALS` before `STARTS_WITH` before `CONTAINS`, then the longest pattern.
/// A live route goes before any ended one, so that a descriptor enrolled anew is not taken by its past. A held route
/// routes nothing, and keeps nobody else's alerts back either: enrolling another's descriptor must not stop its alerts.
#[must_use]
pub fn route(descriptor: &str, routes: &[Route]) -> Routed {
    let text = normalised(descriptor);
    let matching = routes.iter().filter(|route| route.match_type.matches(&route.descriptor, &text));
    let (held, free): (Vec<&Route>, Vec<&Route>) = matching.partition(|route| route.held);
    let Some(best) = free.iter().map(|route| route.rank()).max() else {
        return if held.is_empty() { Routed::Nothing } else { Routed::Held(ids(held.iter())) };
    };
    let mut winners: Vec<&Route> = free.into_iter().filter(|route| route.rank() == best).collect();
    winners.sort_by(|a, b| a.enrolment.cmp(&b.enrolment));
    let all = ids(winners.iter());
    match winners.first() {
        Some(winner) if all.len() == 1 => Routed::To { organisation: winner.organisation.clone(), enrolment: winner.enrolment.clone() },
        _ => Routed::Tie(all),
    }
}

/// Whether two routes may want the same alert. Two `EQUALS`: they are equal. `EQUALS` and another: it fits the other's
/// pattern. Two `STARTS_WITH`: one begins with the other. With a `CONTAINS`: one contains the other. Patterns that
/// merely meet in one descriptor are not foreseen here: where they fit equally well, routing finds the tie.
#[must_use]
pub fn overlaps(a: &Route, b: &Route) -> bool {
    let (loose, strict) = if a.match_type <= b.match_type { (a, b) } else { (b, a) };
    let (part, whole) = (loose.descriptor.as_str(), strict.descriptor.as_str());
    match (loose.match_type, strict.match_type) {
        (_, MatchType::Equals) => loose.match_type.matches(part, whole),
        (MatchType::StartsWith, _) => whole.starts_with(part) || part.starts_with(whole),
        (MatchType::Contains | MatchType::Equals, _) => whole.contains(part) || part.contains(whole),
    }
}

/// The routes of other organisations that a new route clashes with.
pub fn clashes<'a>(new: &'a Route, others: &'a [Route]) -> impl Iterator<Item = &'a Route> {
    others.iter().filter(|other| other.organisation != new.organisation && overlaps(new, other))
}

impl MatchType {
    /// The match type as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "CONTAINS",
            Self::StartsWith => "STARTS_WITH",
            Self::Equals => "EQUALS",
        }
    }

    /// Whether a text fits a pattern, both normalised. An empty pattern fits nothing.
    #[must_use]
    pub fn matches(self, pattern: &str, text: &str) -> bool {
        !pattern.is_empty()
            && match self {
                Self::Contains => text.contains(pattern),
                Self::StartsWith => text.starts_with(pattern),
                Self::Equals => text == pattern,
            }
    }
}

impl Route {
    fn rank(&self) -> (bool, MatchType, usize) {
        (!self.ended, self.match_type, self.descriptor.chars().count())
    }
}

impl Enrolment {
    /// What routing needs to know of it; nothing for an enrolment whose alerts do not come by descriptor.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let Watches::EthocaAlert { descriptors } = &self.watches else { return Vec::new() };
        let long_enough = |text: &String| text.chars().count() >= MIN_DESCRIPTOR;
        let patterns = descriptors.iter().map(|own| (normalised(&own.descriptor), own.match_type));
        let patterns = patterns.filter(|(text, _)| long_enough(text));
        patterns.map(|(descriptor, match_type)| self.route(descriptor, match_type)).collect()
    }

    fn route(&self, descriptor: String, match_type: MatchType) -> Route {
        Route {
            organisation: self.organisation.clone(),
            enrolment: self.id.clone(),
            descriptor,
            match_type,
            held: self.status == EnrolmentStatus::NeedsAttention,
            ended: self.status == EnrolmentStatus::Unenrolled,
        }
    }
}

impl Watches {
    /// What is wrong with it, by the fields of the API.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            Self::EthocaAlert { descriptors } => descriptor_faults(descriptors),
            Self::VerifiRdr { bin, caid, arns } => rdr_faults(bin.as_deref(), caid.as_deref(), arns),
        }
    }
}

fn descriptor_faults(descriptors: &[Descriptor]) -> Vec<Fault> {
    if descriptors.is_empty() {
        return vec![Fault::new("ethoca_alert.descriptors", "EMPTY", "At least one descriptor is needed.")];
    }
    let short = |own: &Descriptor| normalised(&own.descriptor).chars().count() < MIN_DESCRIPTOR;
    let short = descriptors.iter().enumerate().filter(|(_, own)| short(own));
    short
        .map(|(at, _)| {
            let field = format!("ethoca_alert.descriptors[{at}].descriptor");
            Fault::new(field, "DESCRIPTOR_TOO_SHORT", format!("At least {MIN_DESCRIPTOR} letters or digits are needed."))
        })
        .collect()
}

fn rdr_faults(bin: Option<&str>, caid: Option<&str>, arns: &[String]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if arns.is_empty() && (bin.is_none() || caid.is_none()) {
        faults.push(Fault::new("verifi_rdr", NOTHING_NAMED, "Give `bin` and `caid`, or at least one of `arns`."));
    }
    if bin.is_some_and(|text| !is_digits(text, 6..=6)) {
        faults.push(Fault::new("verifi_rdr.bin", "NOT_A_BIN", "A BIN is 6 digits."));
    }
    if caid.is_some_and(|text| text.is_empty() || text.len() > 16 || !text.bytes().all(|b| b.is_ascii_alphanumeric())) {
        faults.push(Fault::new("verifi_rdr.caid", "NOT_A_CAID", "A CAID is 1 to 16 letters and digits."));
    }
    let wrong = arns.iter().enumerate().filter(|(_, arn)| !is_digits(arn, 23..=23));
    faults.extend(wrong.map(|(at, _)| Fault::new(format!("verifi_rdr.arns[{at}]"), "NOT_AN_ARN", "An ARN is 23 digits.")));
    faults
}

/// Whether the text is that many digits and nothing else.
pub(crate) fn is_digits(text: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    count.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn ids<'a>(routes: impl Iterator<Item = &'a &'a Route>) -> Vec<EnrolmentId> {
    let mut ids: Vec<EnrolmentId> = routes.map(|route| route.enrolment.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

mod life;
mod waiting;

pub use life::{Change, NotChanged};

#[cfg(test)]
mod tests;

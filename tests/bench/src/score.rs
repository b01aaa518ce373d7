//! What came of the alerts, counted.

use std::collections::BTreeMap;

use domain::matching::{MatchCandidate, MatchDoubt, MatchEvidence, MatchResult};

use crate::alert::Alert;

/// The kinds of evidence that act, as the table in `domain::matching` has them; the card tier by
/// whether the BIN agrees. One of two equal payments that no evidence names is a kind of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    Identity,
    Arn,
    AuthCode,
    Twin,
    CardWithBin,
    CardWithoutBin,
}

/// The matches of one tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Matches {
    pub all: u64,
    pub wrong: u64,
}

/// What came of a set of alerts.
#[derive(Debug, Clone, Default)]
pub struct Score {
    pub alerts: u64,
    /// Alerts whose sale the shop has.
    pub own: u64,
    pub tiers: BTreeMap<Tier, Matches>,
    /// Own alerts that were matched rightly.
    pub right: u64,
    /// Own alerts of which the shop is told that no sale fits.
    pub false_not_found: u64,
    /// Own alerts that a person must decide, and those among them whose sale is shown.
    pub left: u64,
    pub shown: u64,
    pub doubts: BTreeMap<String, u64>,
    /// Each wrong match: the alert, and the evidence.
    pub wrong: Vec<String>,
}

impl Tier {
    /// The tier of a match.
    #[must_use]
    pub fn of(one: &MatchCandidate) -> Self {
        let has = |evidence| one.evidence.contains(&evidence);
        if has(MatchEvidence::NetworkTransactionId) || has(MatchEvidence::ProcessorReference) {
            Self::Identity
        } else if has(MatchEvidence::Arn) {
            Self::Arn
        } else if has(MatchEvidence::AuthCode) {
            Self::AuthCode
        } else if has(MatchEvidence::LaterTwin) || has(MatchEvidence::RefundedTwin) {
            Self::Twin
        } else if has(MatchEvidence::CardBin) {
            Self::CardWithBin
        } else {
            Self::CardWithoutBin
        }
    }

    /// Whether it is the card tier, of which there are two kinds.
    #[must_use]
    pub const fn is_card(self) -> bool {
        matches!(self, Self::CardWithBin | Self::CardWithoutBin)
    }

    /// Its name in the report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Arn => "ARN",
            Self::AuthCode => "auth code",
            Self::Twin => "one of twins",
            Self::CardWithBin => "card, BIN agrees",
            Self::CardWithoutBin => "card, no BIN",
        }
    }
}

impl Score {
    /// Counts an alert and what matching made of it.
    pub fn count(&mut self, alert: &Alert, found: &MatchResult) {
        let is_own = alert.truth.is_some();
        self.alerts += 1;
        self.own += u64::from(is_own);
        match found {
            MatchResult::One(one) => self.count_match(alert, one),
            MatchResult::Nothing => self.false_not_found += u64::from(is_own),
            MatchResult::Unsure { why, candidates } => self.count_doubt(alert, *why, candidates),
        }
    }

    fn count_match(&mut self, alert: &Alert, one: &MatchCandidate) {
        let is_right = alert.truth.as_ref() == Some(&one.sale.id);
        let tier = Tier::of(one);
        let matches = self.tiers.entry(tier).or_default();
        matches.all += 1;
        matches.wrong += u64::from(!is_right);
        self.right += u64::from(is_right);
        if !is_right {
            let truth = alert
                .truth
                .as_ref()
                .map_or("a sale that the shop does not have".to_owned(), ToString::to_string);
            let (transaction, evidence) = (&one.sale.transaction_id, &one.evidence);
            self.wrong.push(format!(
                "{}: to {transaction} by {evidence:?}, but it is about {truth}: {}",
                tier.name(),
                alert.line()
            ));
        }
    }

    fn count_doubt(&mut self, alert: &Alert, why: MatchDoubt, candidates: &[MatchCandidate]) {
        *self.doubts.entry(format!("{why:?}")).or_default() += 1;
        if let Some(truth) = &alert.truth {
            self.left += 1;
            self.shown += u64::from(candidates.iter().any(|one| one.sale.id == *truth));
        }
    }

    /// Adds another set's counts.
    pub fn add(&mut self, other: Self) {
        self.alerts += other.alerts;
        self.own += other.own;
        self.right += other.right;
        self.false_not_found += other.false_not_found;
        self.left += other.left;
        self.shown += other.shown;
        for (tier, matches) in other.tiers {
            let own = self.tiers.entry(tier).or_default();
            own.all += matches.all;
            own.wrong += matches.wrong;
        }
        for (why, count) in other.doubts {
            *self.doubts.entry(why).or_default() += count;
        }
        self.wrong.extend(other.wrong);
    }
}

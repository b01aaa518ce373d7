//! Duplicate enrolments: creation is idempotent for equal requests.

use std::collections::BTreeSet;

use super::{Enrolment, EnrolmentStatus, EnrolmentTarget};
use crate::basics::id::{EnrolmentId, MerchantId};
use crate::basics::text::normalise_text;

impl Enrolment {
    /// Checks whether the enrolment is live and has the same organisation, merchants and target as
    /// the other.
    #[must_use]
    pub fn is_duplicate_of(&self, other: &Self) -> bool {
        self.status != EnrolmentStatus::Unenrolled
            && self.organisation == other.organisation
            && self.has_same_merchants(&other.merchant_ids)
            && self.watches.comparison_terms() == other.watches.comparison_terms()
    }

    /// Checks whether the merchants are exactly these, in any order.
    #[must_use]
    pub fn has_same_merchants(&self, ids: &[MerchantId]) -> bool {
        to_sorted_set(&self.merchant_ids) == to_sorted_set(ids)
    }

    /// Derives the id of the enrolment from the request: equal requests get the same id. `turn`
    /// counts earlier enrolments of the same request that ended or changed.
    #[must_use]
    pub fn derive_id(&self, turn: usize) -> EnrolmentId {
        let merchants = to_sorted_set(&self.merchant_ids)
            .into_iter()
            .map(MerchantId::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let watched = self.watches.comparison_terms().into_iter().collect::<Vec<_>>().join(" ");
        EnrolmentId::derived(&[self.organisation.as_str(), &merchants, &watched, &turn.to_string()])
    }
}

impl EnrolmentTarget {
    /// Returns the target as a set of terms, for comparison.
    fn comparison_terms(&self) -> BTreeSet<String> {
        match self {
            Self::EthocaAlert { descriptors } => descriptors
                .iter()
                .map(|own| {
                    format!("{} {}", own.match_type.as_str(), normalise_text(&own.descriptor))
                })
                .collect(),
            Self::VerifiRdr { bin, caid, arns } => {
                let named = [("BIN", bin), ("CAID", caid)]
                    .into_iter()
                    .filter_map(|(name, text)| Some(format!("{name} {}", text.as_ref()?)));
                named.chain(arns.iter().map(|arn| format!("ARN {arn}"))).collect()
            }
        }
    }
}

fn to_sorted_set(ids: &[MerchantId]) -> BTreeSet<&MerchantId> {
    ids.iter().collect()
}

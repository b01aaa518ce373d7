//! The copies of routes that a warm function keeps, and what a copy has for a descriptor.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::account::enrolment::DescriptorRoute;
use domain::basics::id::ConnectionId;
use jiff::{SignedDuration, Timestamp};

use super::parts::RouteParts;

/// The copies that a warm function has, by connection.
#[derive(Debug, Default)]
pub(crate) struct RouteCopies(Mutex<HashMap<ConnectionId, Arc<RouteCopy>>>);

/// The routes of a connection as they were at a version: all of them, or the parts that were asked
/// for so far.
#[derive(Debug)]
pub struct RouteCopy {
    pub(super) connection: ConnectionId,
    pub(super) version: u64,
    pub(super) read_at: Timestamp,
    pub(super) is_whole: bool,
    pub(super) parts: Mutex<RouteParts>,
}

/// The routes that may fit a descriptor.
#[derive(Debug)]
pub struct RouteCandidates(pub(super) Vec<Arc<[DescriptorRoute]>>);

impl RouteCopies {
    pub(super) fn lock_copies(&self) -> MutexGuard<'_, HashMap<ConnectionId, Arc<RouteCopy>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RouteCopy {
    pub(super) fn age_at(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.read_at).abs()
    }

    pub(super) fn find_part(&self, part: &str) -> Option<Arc<[DescriptorRoute]>> {
        let known = self.lock_parts().get(part).cloned();
        known.or_else(|| self.is_whole.then(|| Arc::from([])))
    }

    pub(super) fn lock_parts(&self) -> MutexGuard<'_, RouteParts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RouteCandidates {
    /// The routes themselves.
    pub fn iter_routes(&self) -> impl Iterator<Item = &DescriptorRoute> {
        self.0.iter().flat_map(|part| part.iter())
    }
}

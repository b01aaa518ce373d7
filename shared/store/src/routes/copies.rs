//! Copies of routes in a warm function, and the candidates of a copy for a descriptor.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::account::enrolment::DescriptorRoute;
use domain::basics::id::ConnectionId;
use jiff::{SignedDuration, Timestamp};

use super::parts::RouteParts;

/// The copies of a warm function, by connection.
#[derive(Debug, Default)]
pub(crate) struct RouteCopies(Mutex<HashMap<ConnectionId, Arc<RouteCopy>>>);

/// The routes of a connection at a version: all routes, or the parts requested until now.
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
    /// Iterates over the routes.
    pub fn iter_routes(&self) -> impl Iterator<Item = &DescriptorRoute> {
        self.0.iter().flat_map(|part| part.iter())
    }
}

//! How often an owner may ask a route: so many requests a minute, counted in the table, and in memory once there is no room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use runtime::http::{Code, Problem};
use runtime::worker::chain;
use store::Store;

/// The bounds of requests.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    per_minute: u32,
    /// The minute in which an owner's route was found full: who is over the limit costs no more writes.
    full: Arc<Mutex<HashMap<(String, String), i64>>>,
}

/// What room a request found.
#[derive(Debug)]
pub(crate) struct Room {
    per_minute: u32,
    left: Option<u32>,
    /// Until there is room again, in seconds.
    renewed_in: i64,
}

impl Limits {
    /// So many requests a minute by an owner to a route; any number where it is 0.
    #[must_use]
    pub fn per_minute(per_minute: u32) -> Self {
        Self { per_minute, ..Self::default() }
    }

    /// Counts a request. Where the store does not answer it is let through: the limit guards the store, and no money.
    pub(crate) async fn count(&self, store: &Store, owner: &str, route: &str, now: Timestamp) -> Room {
        let minute = now.as_second().div_euclid(60);
        let room = |left| Room { per_minute: self.per_minute, left, renewed_in: 60 - now.as_second().rem_euclid(60) };
        if self.per_minute == 0 {
            return room(Some(0));
        }
        let place = (owner.to_owned(), route.to_owned());
        if self.is_full(&place, minute) {
            return room(None);
        }
        match store.count_request(owner, route, self.per_minute, now).await {
            Ok(Some(hits)) => room(Some(self.per_minute.saturating_sub(hits))),
            Ok(None) => {
                self.remember(place, minute);
                room(None)
            }
            Err(error) => {
                tracing::warn!("A request could not be counted: {}", chain(&error));
                room(Some(self.per_minute))
            }
        }
    }

    fn is_full(&self, place: &(String, String), minute: i64) -> bool {
        self.full.lock().unwrap_or_else(PoisonError::into_inner).get(place) == Some(&minute)
    }

    fn remember(&self, place: (String, String), minute: i64) {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        full.retain(|_, at| *at == minute);
        full.insert(place, minute);
    }
}

impl Room {
    /// The refusal, where there was no room.
    pub fn refusal(&self) -> Option<Problem> {
        let detail = format!("At most {} requests a minute go to one route.", self.per_minute);
        let seconds = u64::try_from(self.renewed_in).unwrap_or(60);
        self.left.is_none().then(|| Problem::retry_after(Code::TooManyRequests, detail, seconds))
    }

    /// The headers `RateLimit-Policy` and `RateLimit`, as the IETF's draft writes them.
    pub fn told(&self) -> Vec<(HeaderName, HeaderValue)> {
        if self.per_minute == 0 {
            return Vec::new();
        }
        let policy = format!("\"default\";q={};w=60", self.per_minute);
        let state = format!("\"default\";r={};t={}", self.left.unwrap_or_default(), self.renewed_in);
        let header = |name, value: String| HeaderValue::from_str(&value).ok().map(|value| (HeaderName::from_static(name), value));
        [header("ratelimit-policy", policy), header("ratelimit", state)].into_iter().flatten().collect()
    }
}

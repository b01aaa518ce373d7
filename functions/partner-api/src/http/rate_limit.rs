//! Rate limits: requests per minute of an owner and of its partner, counted in the table, and in
//! memory once the limit is reached.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{HeaderName, HeaderValue};
use domain::account::ApiKey;
use domain::basics::id::PartnerId;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::worker::error_chain;
use store::Store;

use crate::http::owner::key_owner;

/// The limit of all keys of a partner per route, as a multiple of an owner's limit: a partner can
/// create owners itself.
const PARTNER_TIMES: u32 = 5;
/// The most responses per minute that may wait for the pipeline, for all keys of a partner. Each
/// occupies a function instance for up to 8 seconds.
const MOST_WAITS: u32 = 60;

/// The rate limits.
#[derive(Debug, Clone, Default)]
pub struct RateLimits {
    per_minute: u32,
    /// Caches the minute in which a limit was hit, in order that further requests need no write.
    full: Arc<Mutex<HashMap<(String, String), i64>>>,
}

/// Requests that share a limit.
struct RequestPool {
    /// The name in the response headers.
    name: &'static str,
    owner: String,
    counted: String,
    most: u32,
    /// The text of the refusal.
    refusal: String,
}

/// The remaining requests in the pool with the least room.
#[derive(Debug)]
pub(crate) struct RemainingRequests {
    pool: &'static str,
    most: u32,
    left: Option<u32>,
    refusal: String,
    /// Seconds until the limit resets.
    renewed_in: i64,
}

impl RateLimits {
    /// Returns limits of the given number of requests per minute, owner and route; unlimited if 0.
    #[must_use]
    pub fn per_minute(per_minute: u32) -> Self {
        Self { per_minute, ..Self::default() }
    }

    /// Counts a request for its owner and its partner. Requests with an idempotency key share a
    /// partner limit across all routes, because their responses are stored for a day.
    pub(crate) async fn count_request(
        &self,
        store: &Store,
        key: &ApiKey,
        route: &str,
        is_named: bool,
        now: Timestamp,
    ) -> RemainingRequests {
        let own = self.count_for_owner(store, key_owner(key), route, now).await;
        if own.left.is_none() {
            return own; // a key over its limit does not use up the partner's
        }
        let partner =
            self.count_in_pool(store, self.partner_pool(&key.partner, route, is_named), now).await;
        if partner.left < own.left { partner } else { own }
    }

    /// Counts a request without an API key.
    pub(crate) async fn count_for_owner(
        &self,
        store: &Store,
        owner: String,
        route: &str,
        now: Timestamp,
    ) -> RemainingRequests {
        let refusal = format!("At most {} requests a minute go to one route.", self.per_minute);
        self.count_in_pool(
            store,
            RequestPool {
                name: "default",
                owner,
                counted: route.to_owned(),
                most: self.per_minute,
                refusal,
            },
            now,
        )
        .await
    }

    /// Checks whether a response may wait for the pipeline; otherwise the response is immediate.
    pub(crate) async fn can_wait(
        &self,
        store: &Store,
        partner: &PartnerId,
        now: Timestamp,
    ) -> bool {
        let (name, most) = ("waiting", if self.per_minute == 0 { 0 } else { MOST_WAITS });
        let pool = RequestPool {
            name,
            owner: partner.to_string(),
            counted: name.into(),
            most,
            refusal: String::new(),
        };
        self.count_in_pool(store, pool, now).await.left.is_some()
    }

    fn partner_pool(&self, partner: &PartnerId, route: &str, is_named: bool) -> RequestPool {
        let most = self.per_minute.saturating_mul(PARTNER_TIMES);
        let (name, counted, what) = if is_named {
            (
                "partner-idempotency",
                "named",
                "requests with an `Idempotency-Key` a minute are taken",
            )
        } else {
            ("partner", route, "requests a minute go to one route")
        };
        let refusal = format!("At most {most} {what} from all keys of the partner together.");
        RequestPool {
            name,
            owner: format!("{partner}/all"),
            counted: counted.to_owned(),
            most,
            refusal,
        }
    }

    /// Counts a request in a pool. A request passes if the store fails: the limit protects the
    /// store, not money.
    async fn count_in_pool(
        &self,
        store: &Store,
        pool: RequestPool,
        now: Timestamp,
    ) -> RemainingRequests {
        let RequestPool { name, owner, counted, most, refusal } = pool;
        let minute = now.as_second().div_euclid(60);
        let room = |left| RemainingRequests {
            pool: name,
            most,
            left,
            refusal,
            renewed_in: 60 - now.as_second().rem_euclid(60),
        };
        if most == 0 {
            return room(Some(0));
        }
        let place = (owner, counted);
        if self.is_pool_full(&place, minute) {
            return room(None);
        }
        match store.count_request(&place.0, &place.1, most, now).await {
            Ok(Some(hits)) => room(Some(most.saturating_sub(hits))),
            Ok(None) => {
                self.remember_full_pool(place, minute);
                room(None)
            }
            Err(error) => {
                tracing::warn!("A request could not be counted: {}", error_chain(&error));
                room(Some(most))
            }
        }
    }

    fn is_pool_full(&self, place: &(String, String), minute: i64) -> bool {
        self.full.lock().unwrap_or_else(PoisonError::into_inner).get(place) == Some(&minute)
    }

    fn remember_full_pool(&self, place: (String, String), minute: i64) {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        full.retain(|_, at| *at == minute);
        full.insert(place, minute);
    }
}

impl RemainingRequests {
    /// Returns the refusal if the limit is exceeded.
    pub fn refusal_problem(&self) -> Option<ProblemDetails> {
        let seconds = u64::try_from(self.renewed_in).unwrap_or(60);
        self.left.is_none().then(|| {
            ProblemDetails::retry_after(Code::TooManyRequests, self.refusal.clone(), seconds)
        })
    }

    /// Returns the headers `RateLimit-Policy` and `RateLimit`, as in the IETF draft.
    pub fn to_headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        if self.most == 0 {
            return Vec::new();
        }
        let policy = format!("\"{}\";q={};w=60", self.pool, self.most);
        let state =
            format!("\"{}\";r={};t={}", self.pool, self.left.unwrap_or_default(), self.renewed_in);
        let header = |name, value: String| {
            HeaderValue::from_str(&value).ok().map(|value| (HeaderName::from_static(name), value))
        };
        [header("ratelimit-policy", policy), header("ratelimit", state)]
            .into_iter()
            .flatten()
            .collect()
    }
}

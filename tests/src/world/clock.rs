//! World's clock: the real one for `cargo dev`, one that only tests move for the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A clock that all of World shares.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    Real,
    /// Milliseconds since 1970, moved by hand.
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a time until it is moved.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self::Virtual(Arc::new(AtomicI64::new(time.as_millisecond())))
    }

    /// The time, in whole milliseconds.
    ///
    /// # Panics
    /// If a test moved the clock past the end of time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => runtime::clock::current_time(),
            Self::Virtual(millis) => Timestamp::from_millisecond(millis.load(Ordering::SeqCst))
                .expect("a time that can be told"),
        }
    }

    /// Moves a virtual clock on to a time, never back. The real one moves by itself.
    pub fn move_to(&self, time: Timestamp) {
        if let Self::Virtual(millis) = self {
            millis.fetch_max(time.as_millisecond(), Ordering::SeqCst);
        }
    }

    /// Moves a virtual clock on.
    pub fn advance(&self, by: SignedDuration) {
        self.move_to(self.now() + by);
    }
}

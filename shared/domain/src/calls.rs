//! The times at which a partner may be called. Lanes (circuit breakers) serve targets that do not
//! answer or are slow; slots serve accounts with a rate limit.

pub mod lane;
pub mod slot;

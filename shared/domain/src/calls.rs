//! When a partner outside may be called: lanes for targets that do not answer or take long, slots
//! for accounts with a rate limit.

pub mod lane;
pub mod slot;

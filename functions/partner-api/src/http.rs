//! The shared part of the API: caller, rate limits, requests and responses. No room is imported
//! here.

pub(crate) mod audit_trail;
pub(crate) mod authentication;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod guard;
pub(crate) mod idempotency;
pub(crate) mod list_query;
pub(crate) mod owner;
pub(crate) mod parameters;
pub(crate) mod patch;
pub(crate) mod rate_limit;
pub(crate) mod references;
pub(crate) mod response;
pub(crate) mod state;

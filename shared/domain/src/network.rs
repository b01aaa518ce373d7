//! What the card networks tell, and what they are told.
//!
//! A claim is what the bank says of a payment; reason codes name why; an outcome is the answer to
//! the network. Payloads that belong to no enrolment are quarantined.

pub mod claim;
pub mod outcome;
pub mod quarantine;
pub mod reason_code;

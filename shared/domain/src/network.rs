//! The exchange with the card networks: alerts in, outcomes out.
//!
//! A claim is the bank's statement on a payment; a reason code gives the bank's reason; an outcome
//! is the answer to the network. Payloads without an enrolment are quarantined.

pub mod claim;
pub mod outcome;
pub mod quarantine;
pub mod reason_code;

//! Refunds: a sale's money goes back at most once.
//!
//! The ledger of a sale records each attempt and the result. A lease on the ledger lets a single
//! worker call the processor. A hold keeps other ledgers from the same payment. `next_step` decides
//! from the payment as the processor lists it now. A manual refund is a cause of refunds like an
//! alert.

mod cause;
mod fate;
mod given_back;
mod hold;
mod ledger;
pub mod manual;
mod next_step;

pub use cause::RefundCause;
pub use fate::{RefundFailure, parse_acquirer_reference};
pub(crate) use given_back::is_made_since;
pub use given_back::{
    DisputedShare, find_covering_refund, find_other_refunded_alert, part_refunded_need,
};
pub use hold::PaymentHold;
pub use ledger::{AttemptResult, LeaseRefusal, LedgerEntry, RefundLedger};
pub use next_step::{RefundContext, RefundStep, has_strong_evidence};

//! Money given back: at most once for a sale.
//!
//! The ledger of a sale says which worker may call the processor, and what every attempt came to. A
//! hold keeps other ledgers from the same payment. `next_step` decides from what the processor says
//! now. A manual refund is a cause like an alert.

mod cause;
mod fate;
mod given_back;
mod hold;
mod ledger;
pub mod manual;
mod next_step;

pub use cause::Cause;
pub use fate::{RefundFailure, acquirer_reference};
pub(crate) use given_back::is_since;
pub use given_back::{Disputed, given_back, part_refunded, refunded_for_another};
pub use hold::Hold;
pub use ledger::{Attempted, Entry, Ledger, NotYours};
pub use next_step::{Known, Next, is_proved};

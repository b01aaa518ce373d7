//! The rules of Forestall as pure functions over plain data: no async, no clock, no input or
//! output.
//!
//! The modules are rooms by subject. The head file of each folder describes the room.

pub mod account;
pub mod alert;
pub mod basics;
pub mod calls;
pub mod matching;
pub mod network;
pub mod notify;
pub mod privacy;
pub mod refund;
pub mod rules;
pub mod sale;

#[cfg(test)]
mod tests;

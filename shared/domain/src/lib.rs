//! The rules of Forestall as pure functions over plain data. No async, no clock, no input or
//! output.
//!
//! Rooms by subject: each folder's head file says what the room owns.

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

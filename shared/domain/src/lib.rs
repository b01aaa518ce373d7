//! What is true: the rules of Forestall as pure functions over plain data. No async, no clock, no input or output.

pub mod account;
pub mod alert;
pub mod ask;
pub mod audit;
pub mod card;
pub mod claim;
pub mod customer;
pub mod decimal;
pub mod decision;
pub mod enrolment;
pub mod erasure;
pub mod evaluation;
pub mod event;
pub mod hand_refund;
pub mod history;
pub mod id;
pub mod key;
pub mod lane;
pub mod mail;
pub mod matching;
pub mod money;
pub mod need;
pub mod negative;
pub mod order;
pub mod outcome;
pub mod person;
pub mod pipeline;
pub mod quarantine;
pub mod quotation;
pub mod reason;
pub mod refund;
pub mod ruleset;
pub mod sale;
pub mod settle;
pub mod setup;
pub mod signing;
pub mod slot;
pub mod text;
pub mod time;
pub mod transition;
pub mod trial;
pub mod view;
pub mod waiting;
pub mod webhook;

#[cfg(test)]
mod tests;

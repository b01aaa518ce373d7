//! What is told to partners and members: events, webhook deliveries and e-mails.
//!
//! Each follows from one write of an alert, a refund, an enrolment or an integration, as a pure
//! function of the state before and after.

pub mod event;
pub mod mail;
pub mod webhook;

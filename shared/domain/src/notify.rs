//! Notifications to partners and members: events, webhook deliveries and e-mails.
//!
//! Each follows from a write of an alert, a refund, an enrolment or an integration, as a pure
//! function of the old and new state.

pub mod event;
pub mod mail;
pub mod webhook;

//! The operator's commands: what nobody does over the API. Invoked by name; AWS's own access control guards it.

use jiff::Timestamp;
use runtime::secrets::Secrets;
use serde_json::Value;
use store::Store;

mod accounts;
mod alerts;
mod command;
mod enrolments;
mod keys;
mod pending;
mod quarantine;

pub use command::Command;

/// What a command works with.
pub(crate) struct Desk<'a> {
    store: &'a Store,
    secrets: &'a Secrets,
    now: Timestamp,
}

/// Carries out a command; the answer is JSON, a refusal a sentence.
///
/// # Errors
/// A sentence that says what is wrong.
pub async fn handle(store: &Store, secrets: &Secrets, command: Command, now: Timestamp) -> Result<Value, String> {
    let desk = Desk { store, secrets, now };
    tracing::info!(command = command.name(), "Operator's command");
    match command {
        Command::CreatePartner { name, mode } => desk.create_partner(name, mode).await,
        Command::CreateKey(order) => desk.create_key(order).await,
        Command::RevokeKey { key_id } => desk.revoke_key(&key_id).await,
        Command::CreateConnection(order) => desk.create_connection(*order).await,
        Command::SetAutomation(order) => desk.set_automation(order).await,
        Command::LoadRates(rates) => desk.load_rates(rates).await,
        Command::SetEnrolment(order) => desk.set_enrolment(order).await,
        Command::ListPendingEnrolments { cursor } => desk.list_pending(cursor).await,
        Command::ListQuarantine { cursor } => desk.list_quarantine(cursor).await,
        Command::ReleaseQuarantined { id, enrolment_id, by } => desk.release(&id, &enrolment_id, by).await,
        Command::DiscardQuarantined { id, why, by } => desk.discard(&id, why, by).await,
        Command::RetractAlert { network, vendor_alert_id } => desk.retract(network, &vendor_alert_id).await,
    }
}

/// A failure of ours as the operator reads it.
pub(crate) fn said(error: impl std::error::Error) -> String {
    runtime::worker::chain(&error)
}

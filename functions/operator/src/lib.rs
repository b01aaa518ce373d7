//! The operator's commands: what nobody does over the API. Invoked by name; AWS's own access
//! control guards it.

use flows::secrets::Secrets;
use jiff::Timestamp;
use runtime::invoked::Call;
use serde_json::Value;
use store::Store;

mod accounts;
mod alerts;
mod audit;
mod command;
mod enrolments;
mod keys;
mod mails;
mod order;
mod pending;
mod quarantine;

pub use command::Command;
pub use order::Order;

/// What a command works with.
pub(crate) struct Desk<'a> {
    store: &'a Store,
    secrets: &'a Secrets,
    now: Timestamp,
    /// Who gives the command, by the name that it says.
    by: Option<String>,
}

/// Carries out a command; the answer is JSON, a refusal a sentence.
///
/// # Errors
/// A sentence that says what is wrong.
pub async fn handle(
    store: &Store,
    secrets: &Secrets,
    order: Order,
    call: Call,
) -> Result<Value, String> {
    let (name, changes) = (order.command.name(), order.command.changes());
    let desk = Desk { store, secrets, now: call.now, by: order.by };
    tracing::info!(command = name, "Operator's command");
    let answer = desk.carry_out(order.command).await?;
    if changes {
        desk.audit(name, &answer, call.request_id).await;
    }
    Ok(answer)
}

impl Desk<'_> {
    async fn carry_out(&self, command: Command) -> Result<Value, String> {
        match command {
            Command::CreatePartner { name, mode } => self.create_partner(name, mode).await,
            Command::CreateKey(order) => self.create_key(order).await,
            Command::RevokeKey { key_id } => self.revoke_key(&key_id).await,
            Command::CreateConnection(order) => self.create_connection(*order).await,
            Command::SetAutomation(order) => self.set_automation(order).await,
            Command::LoadRates(rates) => self.load_rates(rates).await,
            Command::SetEnrolment(order) => self.set_enrolment(order).await,
            Command::ListPendingEnrolments { cursor } => self.list_pending(cursor).await,
            Command::ListQuarantine { organisation_id, cursor } => {
                self.list_quarantine(organisation_id.as_ref(), cursor).await
            }
            Command::AssignQuarantined { id, organisation_id } => {
                self.assign(&id, &organisation_id).await
            }
            Command::ReleaseQuarantined { id, enrolment_id } => {
                self.release(&id, &enrolment_id).await
            }
            Command::DiscardQuarantined { id, why } => self.discard(&id, why).await,
            Command::RetractAlert { network, vendor_alert_id } => {
                self.retract(network, &vendor_alert_id).await
            }
            Command::LiftSuppression { email } => self.lift_suppression(&email).await,
            Command::ListAudit { partner_id, cursor } => {
                self.list_audit(partner_id.as_ref(), cursor).await
            }
        }
    }
}

/// A failure of ours as the operator reads it.
pub(crate) fn said(error: impl std::error::Error) -> String {
    runtime::worker::chain(&error)
}

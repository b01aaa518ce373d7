//! The operator's commands, for tasks outside the API. Invoked by name; AWS's own access control
//! (IAM) guards the function.

use flows::secrets::SecretVault;
use jiff::Timestamp;
use runtime::invoked::FunctionCall;
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

pub use command::OperatorCommand;
pub use order::OperatorRequest;

/// The context of a command.
pub(crate) struct OperatorSession<'a> {
    store: &'a Store,
    secrets: &'a SecretVault,
    now: Timestamp,
    /// The operator's name, as given in the request.
    by: Option<String>,
}

/// Executes a command; the answer is JSON.
///
/// # Errors
/// A sentence that describes the refusal.
pub async fn handle(
    store: &Store,
    secrets: &SecretVault,
    order: OperatorRequest,
    call: FunctionCall,
) -> Result<Value, String> {
    let (name, changes) = (order.command.command_name(), order.command.changes_anything());
    let desk = OperatorSession { store, secrets, now: call.now, by: order.by };
    tracing::info!(command = name, "Operator's command");
    let answer = desk.carry_out(order.command).await?;
    if changes {
        desk.audit_command(name, &answer, call.request_id).await;
    }
    Ok(answer)
}

impl OperatorSession<'_> {
    async fn carry_out(&self, command: OperatorCommand) -> Result<Value, String> {
        match command {
            OperatorCommand::CreatePartner { name, mode } => self.create_partner(name, mode).await,
            OperatorCommand::CreateKey(order) => self.create_key(order).await,
            OperatorCommand::RevokeKey { key_id } => self.revoke_key(&key_id).await,
            OperatorCommand::CreateConnection(order) => self.create_connection(*order).await,
            OperatorCommand::SetAutomation(order) => self.set_automation(order).await,
            OperatorCommand::LoadRates(rates) => self.load_rates(rates).await,
            OperatorCommand::SetEnrolment(order) => self.set_enrolment(order).await,
            OperatorCommand::ListPendingEnrolments { cursor } => self.list_pending(cursor).await,
            OperatorCommand::ListQuarantine { organisation_id, cursor } => {
                self.list_quarantine(organisation_id.as_ref(), cursor).await
            }
            OperatorCommand::AssignQuarantined { id, organisation_id } => {
                self.assign_payload(&id, &organisation_id).await
            }
            OperatorCommand::ReleaseQuarantined { id, enrolment_id } => {
                self.release_payload(&id, &enrolment_id).await
            }
            OperatorCommand::DiscardQuarantined { id, why } => self.discard_payload(&id, why).await,
            OperatorCommand::RetractAlert { network, vendor_alert_id } => {
                self.retract_alert(network, &vendor_alert_id).await
            }
            OperatorCommand::LiftSuppression { email } => self.lift_suppression(&email).await,
            OperatorCommand::ListAudit { partner_id, cursor } => {
                self.list_audit(partner_id.as_ref(), cursor).await
            }
        }
    }
}

/// Describes an internal failure to the operator.
pub(crate) fn describe_error(error: impl std::error::Error) -> String {
    runtime::worker::error_chain(&error)
}

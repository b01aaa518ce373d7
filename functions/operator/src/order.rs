//! A command, with the operator's name.

#![allow(
    clippy::disallowed_types,
    reason = "serde's flattening has a case for floats; no command has one"
)]

use serde::Deserialize;

use crate::OperatorCommand;

/// The operator's request.
#[derive(Deserialize)]
pub struct OperatorRequest {
    /// The operator's name, for the audit trail; quarantine commands require the name.
    #[serde(default)]
    pub by: Option<String>,
    #[serde(flatten)]
    pub command: OperatorCommand,
}

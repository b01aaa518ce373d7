//! A command, and who gives it.

#![allow(
    clippy::disallowed_types,
    reason = "serde's flattening has a case for floats; no command has one"
)]

use serde::Deserialize;

use crate::OperatorCommand;

/// What an operator sends.
#[derive(Deserialize)]
pub struct OperatorRequest {
    /// The operator's name, for those who look later; quarantine asks for it.
    #[serde(default)]
    pub by: Option<String>,
    #[serde(flatten)]
    pub command: OperatorCommand,
}

//! The resources of a function, opened from the environment: the table, secrets, processors and
//! networks.

use domain::basics::id::text_of;
use partners::{CallbackConnector, Destinations, http_client};
use runtime::env::{self, MissingVariable};
use runtime::random::new_seed;
use runtime::{FunctionShell, FunctionStopped};
use store::Store;

use crate::secrets::SecretVault;
use crate::{NetworkClients, ProcessorClients};

/// Opens the table.
///
/// # Errors
/// [`FunctionStopped`] if the table's name is not set.
pub fn open_store(shell: &FunctionShell) -> Result<Store, FunctionStopped> {
    let name_unlike_any_other = text_of(new_seed()?);
    Ok(Store::new(
        aws_sdk_dynamodb::Client::new(shell.sdk_config()),
        env::table_name()?,
        name_unlike_any_other,
    ))
}

/// Opens the vault, under the key that seals credentials.
///
/// # Errors
/// [`MissingVariable`] if the key is not set.
pub fn open_secrets(shell: &FunctionShell) -> Result<SecretVault, MissingVariable> {
    Ok(SecretVault::new(aws_sdk_kms::Client::new(shell.sdk_config()), env::credentials_key_id()?))
}

/// Opens the clients of the processors that merchants use.
///
/// # Errors
/// [`FunctionStopped`] if the key is not set, or HTTP cannot be set up.
pub fn open_processors(shell: &FunctionShell) -> Result<ProcessorClients, FunctionStopped> {
    // Merchants' own endpoints only at public addresses: no setting of a deployment changes this.
    let callbacks = CallbackConnector::new(Destinations::Public)?;
    Ok(ProcessorClients::new(http_client()?, callbacks, open_secrets(shell)?, env::stripe_url()))
}

/// Opens the clients of the networks that vendors run.
///
/// # Errors
/// [`FunctionStopped`] if the key is not set, or HTTP cannot be set up.
pub fn open_networks(shell: &FunctionShell) -> Result<NetworkClients, FunctionStopped> {
    Ok(NetworkClients::new(http_client()?, open_secrets(shell)?))
}

//! Opens what a function works with, from its environment: the table, secrets, processors and
//! networks.

use domain::basics::id::text_of;
use partners::{Callbacks, Destinations, http_client};
use runtime::env::{self, MissingVariable};
use runtime::random::new_seed;
use runtime::{Shell, Stopped};
use store::Store;

use crate::secrets::Secrets;
use crate::{Networks, Processors};

/// Opens the table.
///
/// # Errors
/// [`Stopped`] where its name is not set.
pub fn open_store(shell: &Shell) -> Result<Store, Stopped> {
    let name_unlike_any_other = text_of(new_seed()?);
    Ok(Store::new(
        aws_sdk_dynamodb::Client::new(shell.config()),
        env::table()?,
        name_unlike_any_other,
    ))
}

/// Opens secrets, under the key that seals credentials.
///
/// # Errors
/// [`MissingVariable`] where the key is not set.
pub fn open_secrets(shell: &Shell) -> Result<Secrets, MissingVariable> {
    Ok(Secrets::new(aws_sdk_kms::Client::new(shell.config()), env::credentials_key()?))
}

/// Opens the processors that merchants use.
///
/// # Errors
/// [`Stopped`] where the key is not set, or HTTP cannot be set up.
pub fn open_processors(shell: &Shell) -> Result<Processors, Stopped> {
    // Merchants' own endpoints at public addresses only: no setting of a deployment lifts that.
    let callbacks = Callbacks::new(Destinations::Public)?;
    Ok(Processors::new(http_client()?, callbacks, open_secrets(shell)?, env::stripe_url()))
}

/// Opens the networks that vendors run.
///
/// # Errors
/// [`Stopped`] where the key is not set, or HTTP cannot be set up.
pub fn open_networks(shell: &Shell) -> Result<Networks, Stopped> {
    Ok(Networks::new(http_client()?, open_secrets(shell)?))
}

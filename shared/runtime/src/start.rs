//! How a function starts: logs, clients, and only what it asks for.

use aws_config::SdkConfig;
use partners::{Callbacks, Destinations};
use store::Store;

use crate::auth::new_seed;
use crate::env::{self, MissingVariable};
use crate::partners::{Networks, Processors};
use crate::secrets::Secrets;

/// The function ends.
pub type Stopped = lambda_runtime::Error;

/// What a function may ask for.
#[derive(Debug, Clone)]
pub struct Shell {
    config: SdkConfig,
}

/// Sets up logs and the SDK.
pub async fn start() -> Shell {
    // Without a line on standard error some runtimes wait for one; and JSON is what log queries read.
    let level = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().json().with_env_filter(level).with_writer(std::io::stderr).with_current_span(false).init();
    Shell { config: aws_config::load_from_env().await }
}

impl Shell {
    /// The SDK's configuration, for a client that only one function has.
    #[must_use]
    pub const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The table.
    ///
    /// # Errors
    /// [`MissingVariable`] where its name is not set.
    pub fn store(&self) -> Result<Store, Stopped> {
        Ok(Store::new(aws_sdk_dynamodb::Client::new(&self.config), env::table()?, unlike_any_other()?))
    }

    /// Secrets, under the key that seals credentials.
    ///
    /// # Errors
    /// [`MissingVariable`] where the key is not set.
    pub fn secrets(&self) -> Result<Secrets, MissingVariable> {
        Ok(Secrets::new(aws_sdk_kms::Client::new(&self.config), env::credentials_key()?))
    }

    /// The processors that merchants use.
    ///
    /// # Errors
    /// [`Stopped`] where the key is not set, or HTTP cannot be set up.
    pub fn processors(&self) -> Result<Processors, Stopped> {
        // Merchants' own endpoints at public addresses only: no setting of a deployment lifts that.
        let callbacks = Callbacks::new(Destinations::Public)?;
        Ok(Processors::new(partners::http_client()?, callbacks, self.secrets()?, env::stripe_url()))
    }

    /// The networks that vendors run.
    ///
    /// # Errors
    /// [`Stopped`] where the key is not set, or HTTP cannot be set up.
    pub fn networks(&self) -> Result<Networks, Stopped> {
        Ok(Networks::new(partners::http_client()?, self.secrets()?))
    }
}

fn unlike_any_other() -> Result<String, Stopped> {
    Ok(domain::basics::id::text_of(new_seed()?))
}

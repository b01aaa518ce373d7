//! How a function starts: logs, and the SDK's configuration.

use aws_config::SdkConfig;

/// The function ends.
pub type FunctionStopped = lambda_runtime::Error;

/// A function that has started.
#[derive(Debug, Clone)]
pub struct FunctionShell {
    config: SdkConfig,
}

/// Sets up logs and the SDK.
pub async fn start_function() -> FunctionShell {
    // Without a line on standard error some runtimes wait for one; and JSON is what log queries
    // read.
    let level =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(level)
        .with_writer(std::io::stderr)
        .with_current_span(false)
        .init();
    FunctionShell { config: aws_config::load_from_env().await }
}

impl FunctionShell {
    /// The SDK's configuration, for clients of AWS.
    #[must_use]
    pub const fn sdk_config(&self) -> &SdkConfig {
        &self.config
    }
}

//! The start of a function: logs, and the SDK's configuration.

use aws_config::SdkConfig;

/// The error that ends a function.
pub type FunctionStopped = lambda_runtime::Error;

/// A function that has started.
#[derive(Debug, Clone)]
pub struct FunctionShell {
    config: SdkConfig,
}

/// Sets up logs and the SDK.
pub async fn start_function() -> FunctionShell {
    // Some runtimes wait for a line on standard error. Log queries read JSON.
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
    /// Returns the SDK's configuration, for clients of AWS.
    #[must_use]
    pub const fn sdk_config(&self) -> &SdkConfig {
        &self.config
    }
}

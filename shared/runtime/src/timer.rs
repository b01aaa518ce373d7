//! The shell of a function that a clock starts.

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};

use crate::worker::error_chain;
use crate::{FunctionStopped, clock};

/// Runs each time the clock says so; a failure fails the invocation, which is retried and has an
/// alarm.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error + Send + Sync + 'static,
{
    let answer = |_: LambdaEvent<serde_json::Value>| async {
        let done = Box::pin(handle(clock::current_time())).await;
        done.inspect_err(
            |failure| tracing::error!(failure = %error_chain(failure), "Timed run failed: {failure}"),
        )
        .map_err(FunctionStopped::from)
    };
    lambda_runtime::run(service_fn(answer)).await
}

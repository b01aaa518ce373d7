//! The shell of a function that runs on a schedule.

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};

use crate::worker::error_chain;
use crate::{FunctionStopped, clock};

/// Runs the handler at each scheduled time. A failure fails the invocation, which is retried and
/// has an alarm.
///
/// # Errors
/// [`FunctionStopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error + Send + Sync + 'static,
{
    let answer = |_: LambdaEvent<serde_json::Value>| async {
        let done = Box::pin(handle(clock::current_time())).await;
        done.inspect_err(|failure| {
            let chain = error_chain(failure);
            tracing::error!(failure = %chain, "Timed run failed: {failure}");
        })
        .map_err(FunctionStopped::from)
    };
    lambda_runtime::run(service_fn(answer)).await
}

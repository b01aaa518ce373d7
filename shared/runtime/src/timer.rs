//! The shell of a function that a clock starts.

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};

use crate::worker::chain;
use crate::{Stopped, clock};

/// Runs each time the clock says so; a failure fails the invocation, which is retried and has an
/// alarm.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, F>(handle: H) -> Result<(), Stopped>
where
    H: Fn(Timestamp) -> Fut,
    Fut: Future<Output = Result<(), F>>,
    F: std::error::Error + Send + Sync + 'static,
{
    let answer = |_: LambdaEvent<serde_json::Value>| async {
        let done = Box::pin(handle(clock::now())).await;
        done.inspect_err(
            |failure| tracing::error!(failure = %chain(failure), "Timed run failed: {failure}"),
        )
        .map_err(Stopped::from)
    };
    lambda_runtime::run(service_fn(answer)).await
}

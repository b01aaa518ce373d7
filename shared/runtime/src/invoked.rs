//! The shell of a function that is invoked by name, under the account's own access control: no
//! route leads to the function.

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{FunctionStopped, clock};

/// A call of the function.
#[derive(Debug, Clone)]
pub struct FunctionCall {
    pub now: Timestamp,
    /// The id under which the account's own log of calls has the call and the caller.
    pub request_id: String,
}

/// Answers commands.
///
/// # Errors
/// [`FunctionStopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, C, A>(handle: H) -> Result<(), FunctionStopped>
where
    H: Fn(C, FunctionCall) -> Fut,
    Fut: Future<Output = Result<A, String>>,
    C: DeserializeOwned,
    A: Serialize,
{
    let answer = |event: LambdaEvent<C>| async {
        let call =
            FunctionCall { now: clock::current_time(), request_id: event.context.request_id };
        Box::pin(handle(event.payload, call)).await.map_err(FunctionStopped::from)
    };
    lambda_runtime::run(service_fn(answer)).await
}

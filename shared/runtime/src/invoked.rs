//! The shell of a function that is invoked by name, under the account's own access control: no route leads to it.

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Stopped, clock};

/// Answers commands.
///
/// # Errors
/// [`Stopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut, C, A>(handle: H) -> Result<(), Stopped>
where
    H: Fn(C, Timestamp) -> Fut,
    Fut: Future<Output = Result<A, String>>,
    C: DeserializeOwned,
    A: Serialize,
{
    let answer = |event: LambdaEvent<C>| async { Box::pin(handle(event.payload, clock::now())).await.map_err(Stopped::from) };
    lambda_runtime::run(service_fn(answer)).await
}

use flows::setup::{open_secrets, open_store};
use runtime::{FunctionStopped, invoked, start_function};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let (store, secrets) = (open_store(&shell)?, open_secrets(&shell)?);
    invoked::serve(|order, call| operator::handle(&store, &secrets, order, call)).await
}

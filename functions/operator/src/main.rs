use flows::setup::{open_secrets, open_store};
use runtime::{Stopped, invoked, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, secrets) = (open_store(&shell)?, open_secrets(&shell)?);
    invoked::serve(|order, call| operator::handle(&store, &secrets, order, call)).await
}

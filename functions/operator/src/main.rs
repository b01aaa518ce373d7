use runtime::invoked;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, secrets) = (shell.store()?, shell.secrets()?);
    invoked::serve(|order, call| operator::handle(&store, &secrets, order, call)).await
}

use flows::setup::{open_networks, open_store};
use runtime::{FunctionStopped, start_function, timer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let (store, networks) = (open_store(&shell)?, open_networks(&shell)?);
    timer::serve(|now| alert_pull::handle(&store, &networks, now)).await
}

use runtime::timer;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, networks) = (shell.store()?, shell.networks()?);
    timer::serve(|now| alert_pull::handle(&store, &networks, now)).await
}

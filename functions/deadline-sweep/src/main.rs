use runtime::timer;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let store = shell.store()?;
    timer::serve(|now| deadline_sweep::handle(&store, now)).await
}

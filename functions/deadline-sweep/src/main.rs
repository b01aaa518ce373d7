use flows::setup::open_store;
use runtime::{Stopped, start, timer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let store = open_store(&shell)?;
    timer::serve(|now| deadline_sweep::handle(&store, now)).await
}

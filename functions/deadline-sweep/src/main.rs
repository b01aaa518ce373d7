use flows::setup::open_store;
use runtime::{FunctionStopped, start_function, timer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let store = open_store(&shell)?;
    timer::serve(|now| deadline_sweep::handle(&store, now)).await
}

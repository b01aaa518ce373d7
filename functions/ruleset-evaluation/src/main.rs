use runtime::worker;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, processors) = (shell.store()?, shell.processors()?);
    worker::serve(|job| ruleset_evaluation::handle(&store, &processors, job)).await
}

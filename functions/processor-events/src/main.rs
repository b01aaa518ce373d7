use runtime::http;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, processors) = (shell.store()?, shell.processors()?);
    http::serve(|request| processor_events::handle(&store, &processors, request)).await
}

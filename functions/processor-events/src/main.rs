use flows::setup::{open_processors, open_store};
use runtime::{FunctionStopped, http, start_function};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let (store, processors) = (open_store(&shell)?, open_processors(&shell)?);
    http::serve(|request| processor_events::handle(&store, &processors, request)).await
}

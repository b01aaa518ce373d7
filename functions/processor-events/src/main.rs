use flows::setup::{open_processors, open_store};
use runtime::{Stopped, http, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, processors) = (open_store(&shell)?, open_processors(&shell)?);
    http::serve(|request| processor_events::handle(&store, &processors, request)).await
}

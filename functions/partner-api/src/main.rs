use partner_api::{Api, WAITS};
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let api = Api { store: shell.store()?, processors: shell.processors()?, waits: WAITS };
    lambda_http::run(partner_api::router(api)).await
}

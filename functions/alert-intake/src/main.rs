use alert_intake::AlertIntake;
use flows::setup::open_store;
use runtime::{FunctionStopped, env, http, start_function};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let intake = AlertIntake {
        store: open_store(&shell)?,
        needs_certificate: env::vendors_need_certificate(),
    };
    http::serve(|request| alert_intake::handle(&intake, request)).await
}

use alert_intake::Intake;
use flows::setup::open_store;
use runtime::{Stopped, env, http, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let intake =
        Intake { store: open_store(&shell)?, needs_certificate: env::vendors_need_certificate() };
    http::serve(|request| alert_intake::handle(&intake, request)).await
}

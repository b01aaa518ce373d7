use queue_relay::Queues;
use runtime::{Stopped, clock, start, stream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let queues = Queues::open(shell.config())?;
    stream::serve(|writes| queue_relay::handle(&queues, writes, clock::now())).await
}

use queue_relay::StageQueues;
use runtime::{FunctionStopped, clock, start_function, stream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let queues = StageQueues::from_environment(shell.sdk_config())?;
    stream::serve(|writes| queue_relay::handle(&queues, writes, clock::current_time())).await
}

//! The functions of `cargo dev`: each runs by itself, several at once, as on AWS. A receiver that
//! takes long holds one worker of one stage.

use std::time::Duration;

use domain::alert::pipeline::PipelineStage;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::hops;
use crate::aws::Message;
use crate::mapping::StageMapping;
use crate::world::{STAGES, World, queue_name};

/// How long a reader sleeps when there is nothing to read.
const IDLE: Duration = Duration::from_millis(15);
/// How often what is due is swept, and networks are polled.
const SWEEP: Duration = Duration::from_secs(5);
const PULL: Duration = Duration::from_secs(30);
/// One machine runs at most so many workers of a stage at once.
const MOST_WORKERS: usize = 4;
/// A worker hides its messages anew so often within their visibility timeout.
const RENEWALS: u64 = 4;

/// Starts all functions.
pub fn start_functions(world: &World, prints_hops: bool, tasks: &mut JoinSet<()>) {
    tasks.spawn(relay_writes(world.clone(), prints_hops));
    tasks.spawn(read_mail_events(world.clone()));
    tasks.spawn(sweep_deadlines(world.clone()));
    tasks.spawn(pull_alerts(world.clone()));
    for stage in STAGES {
        tasks.spawn(run_stage(world.clone(), stage));
    }
}

/// Relays the stream in its order: its position is one number, so only one task may move it.
async fn relay_writes(world: World, prints_hops: bool) {
    loop {
        for write in world.peek_writes().into_iter().filter(|_| prints_hops) {
            hops::print(&write);
        }
        if !world.relay().await {
            sleep(IDLE).await;
        }
    }
}

async fn read_mail_events(world: World) {
    loop {
        if !world.read_mail_events().await {
            sleep(IDLE).await;
        }
    }
}

async fn sweep_deadlines(world: World) {
    let mut ticks = interval(SWEEP);
    loop {
        ticks.tick().await;
        world.sweep_deadlines().await;
    }
}

async fn pull_alerts(world: World) {
    let mut ticks = interval(PULL);
    loop {
        ticks.tick().await;
        world.pull_alerts().await;
    }
}

/// Gives each free worker of a stage the next messages.
async fn run_stage(world: World, stage: PipelineStage) {
    let most = StageMapping::of(stage).at_once.min(MOST_WORKERS);
    let mut workers = JoinSet::new();
    loop {
        let messages = if workers.len() < most { world.receive(stage) } else { Vec::new() };
        if messages.is_empty() {
            tokio::select! {
                Some(_) = workers.join_next() => {}
                () = sleep(IDLE) => {}
            }
        } else {
            workers.spawn(work_hidden(world.clone(), stage, messages));
        }
    }
}

/// Works messages, which no other worker gets meanwhile, however long it takes.
async fn work_hidden(world: World, stage: PipelineStage, messages: Vec<Message>) {
    tokio::select! {
        () = Box::pin(world.work_messages(stage, &messages)) => {}
        () = keep_hidden(&world, stage, &messages) => {}
    }
}

async fn keep_hidden(world: &World, stage: PipelineStage, messages: &[Message]) {
    let queues = world.aws.queues();
    let visibility =
        queues.settings(queue_name(stage)).map_or(0, |settings| settings.visibility_ms);
    loop {
        sleep(Duration::from_millis(visibility.unsigned_abs() / RENEWALS)).await;
        for message in messages {
            queues.hide(&message.receipt, visibility);
        }
    }
}

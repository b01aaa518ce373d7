//! `cargo dev` runs its functions side by side: a receiver that does not answer holds up nobody
//! else.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use domain::alert::pipeline::PipelineStage;
use partners::Destinations;
use serde_json::{Value, json};
use tests::aws::Depth;
use tests::demo::{Client, Target};
use tests::dev::{Dev, Options, start_functions};
use tests::mapping::StageMapping;
use tests::world::{Clock, STAGES, Settings, World, queue_name};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_mins(1);

/// A receiver of webhooks that answers once it is released.
struct HeldReceiver {
    url: String,
    calls: Calls,
    released: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// The calls that wait for an answer, and those that have it.
#[derive(Clone, Default)]
struct Calls {
    open: watch::Sender<usize>,
    answered: watch::Sender<usize>,
}

/// A call, until it is answered or its caller hangs up.
struct OpenCall(watch::Sender<usize>);

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

impl Drop for HeldReceiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl HeldReceiver {
    async fn start() -> Self {
        let (calls, (released, waits)) = (Calls::default(), watch::channel(false));
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let url = format!("http://{}/hooks", socket.local_addr().expect("an address"));
        let router = axum::Router::new().fallback(answer_later).with_state((calls.clone(), waits));
        let server =
            tokio::spawn(async move { axum::serve(socket, router).await.expect("a server") });
        Self { url, calls, released, server }
    }

    fn release(&self) {
        self.released.send_replace(true);
    }

    async fn wait_for_call(&self) {
        wait_for_one(&self.calls.open, "it is called").await;
    }

    async fn wait_for_answer(&self) {
        wait_for_one(&self.calls.answered, "it answers").await;
    }

    fn open_calls(&self) -> usize {
        *self.calls.open.borrow()
    }
}

async fn answer_later(
    State((calls, mut released)): State<(Calls, watch::Receiver<bool>)>,
) -> StatusCode {
    calls.open.send_modify(|open| *open += 1);
    let _call = OpenCall(calls.open.clone());
    released.wait_for(|is_released| *is_released).await.ok();
    calls.answered.send_modify(|answered| *answered += 1);
    StatusCode::NO_CONTENT
}

async fn wait_for_one(count: &watch::Sender<usize>, what: &str) {
    let mut counted = count.subscribe();
    let reached = timeout(PATIENCE, counted.wait_for(|count| *count > 0)).await;
    assert!(reached.is_ok_and(|reached| reached.is_ok()), "{what}");
}

/// A new webhook endpoint of a client's partner; its path.
async fn endpoint(client: &Client, url: &str, event: &str) -> String {
    let body = json!({ "url": url, "events": [event] });
    let endpoint = client.post("/v1/webhook-endpoints/", &body).await.expect("an endpoint");
    format!("/v1/webhook-endpoints/{}", endpoint["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_does_not_answer_holds_up_no_other_partner() {
    let dev = Dev::start(&Options { allow_private_webhooks: true, ..Options::default() })
        .await
        .expect("it starts");
    let (held, heard) = (HeldReceiver::start().await, HeldReceiver::start().await);
    heard.release();
    let other = Client::new(&dev.target());
    let set_up = tests::demo::set_up(&other, &|_| {}).await.expect("it is set up");
    endpoint(&other, &heard.url, "alert.updated").await;

    let partner_api_key = dev.access.test_partner_api_key.clone();
    let slow = Client::new(&Target { partner_api_key, ..dev.target() });
    let path = endpoint(&slow, &held.url, "alert.created").await;
    slow.post(&format!("{path}/test"), &Value::Null).await.expect("a test event");
    held.wait_for_call().await;

    let alert = tests::demo::alert_about(&set_up.paid);
    other.push(&alert).await.expect("a push");
    let resolved = tests::demo::resolved(&other, &set_up.house.organisation, &alert)
        .await
        .expect("it is resolved");
    heard.wait_for_answer().await;
    assert_eq!(held.open_calls(), 1, "the first receiver still has its one call: {resolved}");
    held.release();
    held.wait_for_answer().await;
}

/// World with running functions, one of which waits for a receiver.
async fn waiting(held: &HeldReceiver, visibility: Duration) -> (World, JoinSet<()>) {
    let settings = Settings {
        clock: Clock::Real,
        visibility,
        webhooks: Destinations::Anywhere,
        ..Settings::default()
    };
    let world = World::start(settings).await;
    let mut functions = JoinSet::new();
    start_functions(&world, false, &mut functions);
    let key = world.new_partner("Slow partner", "TEST").await.expect("a partner");
    let body = json!({ "url": held.url, "events": ["alert.created"] });
    let (_, endpoint) = world.call("POST", "/v1/webhook-endpoints/", &key, Some(&body)).await;
    let path = format!("/v1/webhook-endpoints/{}/test", endpoint["id"].as_str().expect("an id"));
    world.call("POST", &path, &key, None).await;
    held.wait_for_call().await;
    (world, functions)
}

/// Waits until something is so.
async fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(PATIENCE, wait).await.is_ok(), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_stays_hidden_while_its_worker_works() {
    let held = HeldReceiver::start().await;
    let (world, _functions) = waiting(&held, Duration::from_secs(2)).await;
    let (queues, queue) = (world.aws.queues(), queue_name(PipelineStage::WebhookDelivery));
    let hidden_until = queues.next_visible_at(queue).expect("a message");
    wait_until("its first timeout has passed", || {
        world.clock.now().as_millisecond() > hidden_until
    })
    .await;
    assert_eq!(queues.depth(queue), Depth { in_flight: 1, ..Depth::default() });
    assert_eq!(
        (queues.messages(queue)[0].receive_count, held.open_calls()),
        (1, 1),
        "one worker has it"
    );
    held.release();
    held.wait_for_answer().await;
    wait_until("the message is deleted", || queues.depth(queue).total() == 0).await;
}

#[test]
fn each_stage_has_a_mapping_in_the_template() {
    assert!(
        STAGES
            .into_iter()
            .map(StageMapping::of)
            .all(|mapping| mapping.batch_size >= 1 && mapping.at_once >= 2)
    );
}

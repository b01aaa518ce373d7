//! Somebody who receives webhooks, remembers them and answers as a test says.

use std::sync::{Arc, Mutex};

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tests::gate::{Gate, Verdict};
use tests::simulate::serve::{gated, serve};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::openapi::conversation;

/// One POST that came in.
#[derive(Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub bytes: Bytes,
    /// How it was answered.
    pub status: u16,
}

#[derive(Clone)]
struct Memory {
    answers: Arc<Mutex<u16>>,
    all: Arc<Mutex<Vec<Received>>>,
}

pub struct Receiver {
    pub url: String,
    memory: Memory,
    server: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().expect("text")
    }

    pub fn body(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("text")
    }

    pub fn json(&self) -> Value {
        let event = serde_json::from_slice(&self.bytes).expect("JSON");
        conversation::event(&event);
        event
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }
}

impl Receiver {
    pub async fn start() -> Self {
        Self::behind(Arc::new(|_, _| Verdict::Pass)).await
    }

    /// With a gate before and after each of its calls.
    pub async fn behind(gate: Gate) -> Self {
        let memory = Memory { answers: Arc::new(Mutex::new(200)), all: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hooks", listener.local_addr().expect("its address"));
        let router =
            gated(axum::Router::new().fallback(take).with_state(memory.clone()), "receiver", gate);
        Self { url, memory, server: tokio::spawn(serve(listener, router)) }
    }

    /// What it answers from now on.
    pub fn answers(&self, status: u16) {
        *self.memory.answers.lock().expect("unpoisoned") = status;
    }

    /// Everything that came, the first first.
    pub fn all(&self) -> Vec<Received> {
        self.memory.all.lock().expect("unpoisoned").clone()
    }

    /// What it took.
    pub fn taken(&self) -> Vec<Received> {
        self.all().into_iter().filter(|one| (200..300).contains(&one.status)).collect()
    }

    /// The events among it.
    pub fn events(&self) -> Vec<Value> {
        self.taken().iter().map(Received::json).collect()
    }

    pub fn kinds(&self) -> Vec<String> {
        self.taken().iter().map(Received::kind).collect()
    }
}

async fn take(State(memory): State<Memory>, request: Request) -> (StatusCode, HeaderMap) {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let status = *memory.answers.lock().expect("unpoisoned");
    memory.all.lock().expect("unpoisoned").push(Received { headers: parts.headers, bytes, status });
    let mut headers = HeaderMap::new();
    headers.insert("location", "/hooks".parse().expect("a value"));
    (StatusCode::from_u16(status).expect("a status"), headers)
}

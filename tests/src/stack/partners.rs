//! Ethoca and Stripe, simulated in this process; the deployed functions reach them over real
//! sockets.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::Stopped;
use crate::simulate::ethoca::Ethoca;
use crate::simulate::serve::serve;
use crate::simulate::stripe::Stripe;

/// The partners, where they are, and what they remember.
pub(super) struct Partners {
    pub(super) ethoca: Ethoca,
    pub(super) ethoca_url: String,
    pub(super) stripe_url: String,
    _serving: JoinSet<()>,
}

impl Partners {
    /// Starts both on free ports.
    pub(super) async fn start() -> Result<Self, Stopped> {
        let (ethoca, stripe) = (Ethoca::new(now, None), Stripe::new(now, None));
        let mut serving = JoinSet::new();
        let ethoca_url = open(&mut serving, ethoca.router()).await?;
        let stripe_url = open(&mut serving, stripe.router()).await?;
        Ok(Self { ethoca, ethoca_url, stripe_url, _serving: serving })
    }
}

async fn open(serving: &mut JoinSet<()>, router: Router) -> Result<String, Stopped> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    serving.spawn(serve(listener, router));
    Ok(url)
}

#[allow(clippy::disallowed_methods, reason = "the partners' own clock is the real one here")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}

//! The simulators of the partners, each behind a server of its own.

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{Clock, Faults, Settings};
use crate::simulate::ethoca::{BASE_PATH, Ethoca};
use crate::simulate::merchant::Merchant;
use crate::simulate::serve::{gated, serve};
use crate::simulate::stripe::Stripe;

/// The simulators, and where each is.
pub(super) struct Simulators {
    pub stripe: Stripe,
    pub stripe_url: String,
    pub ethoca: Ethoca,
    pub ethoca_url: String,
    pub merchant: Merchant,
    pub callback_url: String,
    pub servers: Vec<Server>,
}

impl Simulators {
    /// Starts the simulators, and has Stripe deliver the webhooks that a kill cut off.
    pub async fn start(settings: &Settings) -> Self {
        let Settings { clock, faults, data, .. } = settings;
        let (millis, seconds) = (clock.clone(), clock.clone());
        let stripe =
            Stripe::new(move || millis.now().as_second(), data.clone()).with_gate(faults.gate());
        let ethoca = Ethoca::new(move || seconds.now().as_second(), data.clone());
        let (stripe_url, stripe_server) = listen(stripe.router()).await;
        let (ethoca_at, ethoca_server) =
            listen(gated(ethoca.router(), "ethoca", faults.gate())).await;
        let (merchant, callback_url, merchant_server) = merchant(clock, faults).await;
        stripe.deliver_webhooks().await;
        Self {
            stripe,
            stripe_url,
            ethoca,
            ethoca_url: format!("{ethoca_at}{BASE_PATH}"),
            merchant,
            callback_url,
            servers: vec![stripe_server, ethoca_server, merchant_server],
        }
    }
}

/// A server that ends with World.
pub(super) struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn merchant(clock: &Clock, faults: &Faults) -> (Merchant, String, Server) {
    let clock = clock.clone();
    let merchant = Merchant::new(move || clock.now());
    let (at, server) = listen(merchant.router(faults.gate())).await;
    (merchant, format!("{at}/callback"), server)
}

async fn listen(router: axum::Router) -> (String, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    (url, Server(tokio::spawn(serve(listener, router))))
}

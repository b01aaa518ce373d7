//! The partners: networks that send alerts, and processors that hold payments, each behind a closed
//! enum.

pub mod callback;
mod error;
pub mod ethoca;
mod http;
pub mod inbound;
pub mod network;
pub mod processor;
pub mod pushed_alert;
mod secret;
pub mod simulated;
pub mod stripe;
pub mod webhook;

pub use callback::CallbackConnector;
pub use error::PartnerError;
pub use http::{finish_in_time, http_client, with_deadline};
pub use network::{NetworkAnswerResult, NetworkClient, OutgoingAnswer};
pub use processor::{OpenSubscription, Payer, ProcessorClient, ProcessorSearchResult, RefundMark};
pub use secret::SecretText;
pub use simulated::SimulatedProcessor;
pub use webhook::{Destinations, WebhookMessage, WebhookSender};

//! Whom we call: the networks that send alerts and the processors that hold payments, each behind a
//! closed enum.

pub mod callback;
mod error;
pub mod ethoca;
mod http;
pub mod network;
pub mod processor;
mod secret;
pub mod simulated;
pub mod stripe;
pub mod webhook;

pub use callback::Callbacks;
pub use error::PartnerError;
pub use http::{http_client, in_time, within};
pub use network::{Network, OutgoingAnswer, Taken};
pub use processor::{Mark, OpenSubscription, Payer, Processor, Searched};
pub use secret::SecretText;
pub use simulated::Simulated;
pub use webhook::{Destinations, Letter, Webhooks};

//! The shell around every function: environment, queues, HTTP, timers and secrets. No rule of the business is here.

pub mod address;
pub mod auth;
pub mod clock;
pub mod env;
pub mod erasure;
pub mod failure;
pub mod health;
pub mod heard;
pub mod http;
pub mod intake;
pub mod invoked;
pub mod keyed;
pub mod link;
pub mod look;
pub mod message;
pub mod negative;
pub mod partners;
pub mod quarantine;
pub mod secrets;
pub mod shown;
pub mod slots;
pub mod start;
pub mod stream;
pub mod tenant;
pub mod timer;
pub mod unanswered;
pub mod worker;

pub use failure::Failure;
pub use message::{Job, Message};
pub use partners::{Networks, Processors};
pub use start::{Shell, Stopped, start};

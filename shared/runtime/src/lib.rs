//! The shell around every function: environment, queues, streams, HTTP, timers, randomness. The
//! shell knows no business.

pub mod clock;
pub mod env;
pub mod http;
pub mod invoked;
pub mod message;
pub mod random;
pub mod start;
pub mod stream;
pub mod timer;
pub mod worker;

pub use message::{MessageJob, PipelineMessage};
pub use start::{FunctionShell, FunctionStopped, start_function};

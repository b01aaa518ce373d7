//! The API's document: complete, true, and kept.

mod alike;
mod closed;
pub mod conversation;
mod guide;
mod kept;
mod recorder;
mod routes;
mod run;
mod served;
mod words;

//! The whole system in one process, and the partners it deals with, for tests, `cargo demo`, `cargo
//! dev` and `cargo stack`.

pub mod aws;
pub mod demo;
pub mod dev;
pub mod fair;
pub mod gate;
pub mod mapping;
pub mod simulate;
pub mod stack;
pub mod world;

//! The one binary of integration tests.

mod ethoca_simulator;
mod local_aws;
mod stripe_simulator;

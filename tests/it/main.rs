//! The one binary of integration tests.

mod doors;
mod duplicates;
mod ethoca_simulator;
mod kills;
mod local_aws;
mod partner_api;
mod repository;
mod restarts;
mod searches;
mod snapshots;
mod stories;
mod stripe_simulator;
mod template;
mod tidy;
mod webhooks;
mod writes;

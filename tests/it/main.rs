//! The one binary of integration tests.

mod callback;
mod consumer;
mod doors;
mod duplicates;
mod ethoca_simulator;
mod hand_refunds;
mod kills;
mod lifetimes;
mod local_aws;
mod mails;
mod negative_list;
mod openapi;
mod partner_api;
mod purchases;
mod repository;
mod restarts;
mod searches;
mod simulations;
mod snapshots;
mod stories;
mod strikes;
mod stripe_simulator;
mod template;
mod tidy;
mod webhooks;
mod writes;

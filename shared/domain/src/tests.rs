//! Tests of an alert's life, over the modules that make it up.

mod brands;
mod deadlines;
pub(crate) mod given;
mod history;
mod ledger;
mod money_back;
mod orders_of_people;
mod processors_units;
mod seen_by_clients;

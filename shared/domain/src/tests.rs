//! Tests of an alert's life, over the modules that make it up.

mod deadlines;
pub(crate) mod given;
mod given_back;
mod history;
mod late_refunds;
mod ledger;
mod money_back;
mod orders_of_people;
mod processors_units;
mod seen_by_clients;
mod waiting;

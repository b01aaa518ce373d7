//! A benchmark of alert matching: shops, banks' alerts with the noise that is known of them, the
//! retrieval that the product does, and its own decision; and of deciding by rules (`rules`). All
//! of it follows from a seed. `docs/benchmarks.md` says what is assumed.

pub mod alert;
pub mod bound;
pub mod random;
pub mod records;
pub mod report;
pub mod rules;
pub mod run;
pub mod score;
pub mod shop;

use domain::basics::money::Money;

/// An amount in the shops' currency, in cents.
#[must_use]
pub fn dollars(cents: u64) -> Money {
    domain::basics::money::parse_currency("USD")
        .map_or_else(|_| unreachable!("USD is a currency"), |usd| Money::new(cents, usd))
}

#[cfg(test)]
mod tests;

//! A merchant's rules: rulesets, their conditions, and the words that explain a decision.
//!
//! A condition is true, false or unknown. An unknown condition decides nothing by itself.

pub mod ruleset;

//! A merchant's rules: rulesets, conditions, and the words that explain a decision.
//!
//! A condition is true, false or unknown. An unknown condition alone decides nothing.

pub mod ruleset;

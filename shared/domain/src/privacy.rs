//! What is kept of people, and how it goes: negative lists and erasures.

pub mod erasure;
pub mod negative_list;

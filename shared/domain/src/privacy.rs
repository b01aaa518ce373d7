//! Personal data: negative lists and erasures.

pub mod erasure;
pub mod negative_list;

//! Values that every other room uses: ids, money, times, cards, e-mail addresses, texts and
//! secrets.
//!
//! The module has no knowledge of alerts, sales or accounts. Parsing refuses invalid input,
//! therefore each value is valid once made.

pub mod card;
pub mod decimal;
pub mod email;
pub mod id;
pub mod money;
pub mod quotation;
pub mod signing_secret;
pub mod text;
pub mod time;

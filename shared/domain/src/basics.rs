//! Values that every other room uses: ids, money, times, cards, e-mail addresses, texts and
//! secrets.
//!
//! Nothing here knows of alerts, sales or accounts. Each value is valid once it is made: parsing
//! refuses what cannot be one.

pub mod card;
pub mod decimal;
pub mod email;
pub mod id;
pub mod money;
pub mod quotation;
pub mod signing_secret;
pub mod text;
pub mod time;

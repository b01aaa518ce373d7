//! The partners we call and who call us, as servers that speak their protocols, remember, and can
//! be asked.

pub mod ethoca;
pub mod mailbox;
pub mod merchant;
pub mod serve;
pub mod stripe;

pub mod aws;
pub mod gate;

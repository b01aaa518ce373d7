//! The Ethoca simulator keeps Ethoca's rules: signatures, batches, first final outcomes, pushes and
//! pulls.

mod alerts;
mod knobs;
mod merchant;
mod outcomes;
mod signatures;

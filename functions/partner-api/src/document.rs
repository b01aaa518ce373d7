//! The API's document and the pages that explain it.

pub(crate) mod openapi;
pub(crate) mod reference;

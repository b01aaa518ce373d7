//! The API document and the pages that explain the API.

pub(crate) mod openapi;
pub(crate) mod reference;

//! The one binary of integration tests.

mod local_aws;

//! Flows that several functions share: clients and secrets, intake and quarantine, refund reports,
//! erasure, links of members.

pub mod clients;
pub mod erasure;
pub mod event_object;
pub mod failure;
pub mod intake;
pub mod integration_health;
pub mod keyed_hash;
pub mod member_address;
pub mod member_link;
pub mod negative_list;
pub mod payment_lookup;
pub mod problem;
pub mod quarantine;
pub mod refund_report;
pub mod secrets;
pub mod setup;
pub mod slots;
pub mod tenant_warning;
pub mod unanswered;
pub mod vendor_sign_in;

pub use clients::{NetworkClients, ProcessorClients};
pub use failure::StageFailure;

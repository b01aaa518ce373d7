//! Views of resources: the same for clients that read over the API and for clients that receive
//! events.

pub mod alert;
mod alert_parts;
pub mod enrolment;
pub mod history;
pub mod integration;
pub mod manual_refund;
pub mod order_cancel;
pub mod plain_words;
mod refund;
mod schema;

use domain::basics::time::ReportedTime;
use serde::Serialize;
use utoipa::ToSchema;

/// The view of a resource: the own fields, and the properties of every resource.
#[derive(Debug, Serialize)]
pub struct ResourceResponse<T> {
    #[serde(flatten)]
    pub fields: T,
    pub version: u64,
    pub links: [ResourceLink; 1],
}

/// The address of a resource.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub struct ResourceLink {
    rel: &'static str,
    uri: String,
}

impl<T> ResourceResponse<T> {
    /// Builds a resource under a path.
    pub fn at_path(path: &str, id: &str, version: u64, fields: T) -> Self {
        Self { fields, version, links: [ResourceLink { rel: "self", uri: format!("{path}/{id}") }] }
    }
}

/// Returns the API's name of an enum value.
pub fn enum_name<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Formats a moment as precisely as stated: a time, or a day.
#[must_use]
pub fn format_moment(moment: ReportedTime) -> String {
    moment.at.map_or_else(|| moment.day.to_string(), |at| at.to_string())
}

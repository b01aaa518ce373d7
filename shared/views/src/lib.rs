//! How resources are shown: the same to whoever reads them over the API and to whoever hears of
//! them by an event.

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

/// A resource as it is shown: its fields, and what every resource has.
#[derive(Debug, Serialize)]
pub struct ResourceResponse<T> {
    #[serde(flatten)]
    pub fields: T,
    pub version: u64,
    pub links: [ResourceLink; 1],
}

/// Where a resource is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub struct ResourceLink {
    rel: &'static str,
    uri: String,
}

impl<T> ResourceResponse<T> {
    /// A resource under its path.
    pub fn at_path(path: &str, id: &str, version: u64, fields: T) -> Self {
        Self { fields, version, links: [ResourceLink { rel: "self", uri: format!("{path}/{id}") }] }
    }
}

/// A domain word as the API writes it.
pub fn enum_name<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// A moment as exactly as it is known: a time, or a day.
#[must_use]
pub fn format_moment(moment: ReportedTime) -> String {
    moment.at.map_or_else(|| moment.day.to_string(), |at| at.to_string())
}

//! `GET /alerts`: the alerts that were not acknowledged yet.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::alert::Kind;
use super::memory::{Known, Memory};
use super::refusal::Refusal;
use super::{Ethoca, wire};

/// Alerts in one answer where the caller does not say, and at most.
const SIZE: usize = 25;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    alert_type: Option<String>,
    size: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
}

struct Wanted {
    kind: Option<Kind>,
    size: usize,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// Oldest first.
pub(super) async fn list(
    State(ethoca): State<Ethoca>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(filter) = filter.map_err(|rejection| Refusal::invalid(rejection.body_text()))?;
    let wanted = Wanted::read(&filter).map_err(Refusal::invalid)?;
    let body = ethoca.look(|memory| wanted.answer(memory));
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

impl Wanted {
    fn read(filter: &Filter) -> Result<Self, String> {
        let kind = filter
            .alert_type
            .as_deref()
            .map(|text| Kind::read(text).ok_or("alert_type is not one of the alert types"));
        let size = filter
            .size
            .as_deref()
            .map_or(Ok(SIZE), str::parse)
            .ok()
            .filter(|size| (1..=SIZE).contains(size));
        let day = |name: &str, text: &Option<String>, end: bool| {
            let parse = |text: &String| {
                wire::instant(text, end).ok_or_else(|| format!("{name} is not an ISO 8601 date"))
            };
            text.as_ref().map(parse).transpose()
        };
        Ok(Self {
            kind: kind.transpose()?,
            size: size.ok_or_else(|| format!("size must be 1 to {SIZE}"))?,
            from: day("start_date", &filter.start_date, false)?,
            until: day("end_date", &filter.end_date, true)?,
        })
    }

    /// Built from the alerts' own text, so that a merchant reads the bytes that were raised.
    fn answer(&self, memory: &Memory) -> String {
        let mut found: Vec<&Known> =
            memory.alerts.values().filter(|known| self.has(known)).collect();
        found.sort_by_key(|known| known.sequence);
        let alerts: Vec<&str> =
            found.iter().take(self.size).map(|known| known.alert.get()).collect();
        format!("{{\"alerts\":[{}]}}", alerts.join(","))
    }

    fn has(&self, known: &Known) -> bool {
        let alerted = timestamp(&known.alert).unwrap_or(known.raised_at);
        known.acknowledged.is_none()
            && self.kind.is_none_or(|kind| Kind::of(&known.alert) == Some(kind))
            && self.from.is_none_or(|from| from <= alerted)
            && self.until.is_none_or(|until| alerted <= until)
    }
}

fn timestamp(alert: &RawValue) -> Option<Timestamp> {
    wire::instant(&wire::text_field(alert, "alertTimestamp")?, false)
}

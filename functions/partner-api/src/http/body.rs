//! How bodies come in: of a size, in JSON, without card numbers, and with every wrong field named
//! by its path.

mod cards;
mod strict;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
pub(crate) use cards::{refuse_card_number_in, refuse_card_numbers, refused};
use domain::account::enrolment::Fault;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::http::now;
use serde::de::DeserializeOwned;
use serde_json::Value;
use strict::Strict;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// The most a body may hold.
pub(crate) const MOST_BYTES: usize = 256 * 1024;
/// The most a batch of orders may hold.
pub(crate) const MOST_ORDER_BYTES: usize = 1024 * 1024;
/// The most characters of a note.
pub(crate) const MOST_NOTE: usize = 2000;
/// What a time must be.
pub(crate) const A_TIME: &str =
    "Must be an ISO 8601 time with an offset, such as 2026-02-17T10:00:00Z.";
/// How the names of times end.
const TIMES: [&str; 4] = ["_at", "_datetime", "_gte", "_lte"];

/// When a request came, and the JSON object it carries.
#[derive(Debug)]
pub(crate) struct Given<T> {
    pub body: T,
    pub now: Timestamp,
}

impl<T: DeserializeOwned + PartialSchema> Given<T> {
    /// Reads a request's body; a handler does so once it knows that the caller may.
    pub async fn read(request: Request) -> Result<Self, Problem> {
        let now = now(&request);
        let text = text(request, MOST_BYTES).await?;
        let value: Value = json(&text)?;
        if !value.is_object() {
            return Err(Problem::new(Code::InvalidRequest, "The body must be a JSON object."));
        }
        refuse_card_numbers(&value)?;
        Ok(Self { body: read_whole(value)?, now })
    }
}

/// A whole object as a request's type, or what is wrong with which field, or with all that are
/// missing.
pub(crate) fn read_whole<T: DeserializeOwned + PartialSchema>(value: Value) -> Result<T, Problem> {
    let given: Vec<String> =
        value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
    read_at("", value).map_err(|fault| Problem::faults(with_all_missing::<T>(fault, &given)))
}

/// Where a field is missing, all of the type that are: serde stops at the first.
fn with_all_missing<T: PartialSchema>(fault: Fault, given: &[String]) -> Vec<Fault> {
    let RefOr::T(Schema::Object(object)) = T::schema() else { return vec![fault] };
    let missing = object.required.into_iter().filter(|name| !given.contains(name));
    let missing: Vec<Fault> = missing.map(required).collect();
    if missing.contains(&fault) { missing } else { vec![fault] }
}

/// The text of a body.
pub(crate) async fn text(request: Request, most: usize) -> Result<String, Problem> {
    is(request.headers(), "application/json")?;
    utf8(request, most).await
}

/// The text of a CSV file.
pub(crate) async fn csv_text(request: Request, most: usize) -> Result<String, Problem> {
    is(request.headers(), "text/csv")?;
    utf8(request, most).await
}

async fn utf8(request: Request, most: usize) -> Result<String, Problem> {
    let too_large =
        || Problem::new(Code::BodyTooLarge, format!("At most {} KB are taken.", most / 1024));
    let bytes = to_bytes(request.into_body(), most).await.map_err(|_| too_large())?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes); // a byte order mark
    String::from_utf8(bytes.to_vec())
        .map_err(|_| Problem::new(Code::InvalidJson, "The body is not UTF-8."))
}

/// The JSON of a body.
pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::new(Code::InvalidJson, "The body is empty."));
    }
    let place = |error: serde_json::Error| {
        format!("It cannot be read from line {}, column {} on.", error.line(), error.column())
    };
    serde_json::from_str(text).map_err(|error| Problem::new(Code::InvalidJson, place(error)))
}

/// A value as a request's type, or what is wrong with which field.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    read_at("", value).map_err(|fault| Problem::faults(vec![fault]))
}

/// The same, for a part of a body: `place` goes before its fields' paths.
pub(crate) fn read_at<T: DeserializeOwned>(place: &str, value: Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(Strict(value)).map_err(|error| {
        let path = error.path().to_string();
        fault(join(place, if path == "." { "" } else { &path }), &error.inner().to_string())
    })
}

/// Our words for what serde says of a field. What it quotes of the field is in none of them.
fn fault(path: String, said: &str) -> Fault {
    if let Some(name) = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'))
    {
        return required(join(&path, name));
    }
    if TIMES.iter().any(|end| path.ends_with(end)) {
        return Fault::new(path, "NOT_A_TIME", A_TIME);
    }
    if let Some((_, allowed)) =
        said.strip_prefix("unknown variant").and_then(|rest| rest.rsplit_once(", expected "))
    {
        return Fault::new(path, "UNKNOWN_VALUE", format!("Must be {allowed}."));
    }
    match (said.rsplit_once(", expected "), said.strip_prefix("must ")) {
        (Some((_, expected)), _) if said.starts_with("invalid ") => {
            Fault::new(path, "WRONG_TYPE", format!("Must be {}.", plain(expected)))
        }
        (_, Some(rest)) => Fault::new(path, "INVALID", format!("Must {rest}.")),
        _ => Fault::new(path, "INVALID", "Is not of the form that the field takes."),
    }
}

fn required(field: impl Into<String>) -> Fault {
    Fault::new(field, "REQUIRED", "Is required.")
}

/// What serde calls by the names of our types and its own.
fn plain(expected: &str) -> &str {
    match expected.trim_start_matches("a ").split(' ').next() {
        Some("struct" | "map") => "a JSON object",
        Some("sequence") => "a list",
        Some("string") => "a string",
        Some("u64") => "a whole number that is not negative",
        Some("u32") => "a whole number from 0 to 4294967295",
        _ => expected,
    }
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() || name.is_empty() || name.starts_with('[') {
        format!("{place}{name}")
    } else {
        format!("{place}.{name}")
    }
}

/// A body that is not said to be anything is taken for what the resource takes.
fn is(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let Some(media) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let media =
        media.to_str().ok().and_then(|media| media.split(';').next()).unwrap_or_default().trim();
    let is_wanted = media.eq_ignore_ascii_case(wanted);
    if is_wanted {
        Ok(())
    } else {
        Err(Problem::new(Code::UnsupportedMediaType, format!("Send `Content-Type: {wanted}`.")))
    }
}

/// The faults of a text by its length in characters, spaces around it aside.
pub(crate) fn length(field: &str, text: &str, most: usize) -> Option<Fault> {
    let count = text.trim().chars().count();
    match count {
        0 => Some(Fault::new(field, "BLANK", "Must not be blank.")),
        _ if count > most => {
            Some(Fault::new(field, "TOO_LONG", format!("At most {most} characters are taken.")))
        }
        _ => None,
    }
}

/// Refuses where there are faults.
pub(crate) fn refuse(faults: Vec<Fault>) -> Result<(), Problem> {
    if faults.is_empty() { Ok(()) } else { Err(Problem::faults(faults)) }
}

//! Request bodies: limited in size, JSON, without card numbers, each invalid field named by its
//! path.

mod cards;
mod strict;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
pub(crate) use cards::{refuse_card_number_in, refuse_card_numbers, refuse_fields};
use domain::account::enrolment::FieldError;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::http::request_time;
use serde::de::DeserializeOwned;
use serde_json::Value;
use strict::StrictValue;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// The largest body, in bytes.
pub(crate) const MOST_BYTES: usize = 256 * 1024;
/// The largest batch of orders, in bytes.
pub(crate) const MOST_ORDER_BYTES: usize = 1024 * 1024;
/// The longest note, in characters.
pub(crate) const MOST_NOTE: usize = 2000;
/// The format of a time.
pub(crate) const A_TIME: &str =
    "Must be an ISO 8601 time with an offset, such as 2026-02-17T10:00:00Z.";
/// The suffixes of field names that contain a time.
const TIMES: [&str; 4] = ["_at", "_datetime", "_gte", "_lte"];

/// The JSON object of a request, with the time of receipt.
#[derive(Debug)]
pub(crate) struct RequestBody<T> {
    pub body: T,
    pub now: Timestamp,
}

impl<T: DeserializeOwned + PartialSchema> RequestBody<T> {
    /// Reads a request's body. A handler calls this only after the authorisation of the caller.
    pub async fn read_request(request: Request) -> Result<Self, ProblemDetails> {
        let now = request_time(&request);
        let text = json_text(request, MOST_BYTES).await?;
        let value: Value = parse_json(&text)?;
        if !value.is_object() {
            return Err(ProblemDetails::new(
                Code::InvalidRequest,
                "The body must be a JSON object.",
            ));
        }
        refuse_card_numbers(&value)?;
        Ok(Self { body: parse_object(value)?, now })
    }
}

/// Parses an object into a request type. Errors name the invalid field, or all missing fields.
pub(crate) fn parse_object<T: DeserializeOwned + PartialSchema>(
    value: Value,
) -> Result<T, ProblemDetails> {
    let given: Vec<String> =
        value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
    parse_value_at("", value)
        .map_err(|fault| ProblemDetails::from_faults(with_all_missing::<T>(fault, &given)))
}

/// Lists all missing fields of the type, because serde stops at the first.
fn with_all_missing<T: PartialSchema>(fault: FieldError, given: &[String]) -> Vec<FieldError> {
    let RefOr::T(Schema::Object(object)) = T::schema() else { return vec![fault] };
    let missing = object.required.into_iter().filter(|name| !given.contains(name));
    let missing: Vec<FieldError> = missing.map(required_fault).collect();
    if missing.contains(&fault) { missing } else { vec![fault] }
}

/// Reads a JSON body as text.
pub(crate) async fn json_text(request: Request, most: usize) -> Result<String, ProblemDetails> {
    refuse_media_type(request.headers(), "application/json")?;
    read_utf8(request, most).await
}

/// Reads a CSV body as text.
pub(crate) async fn csv_text(request: Request, most: usize) -> Result<String, ProblemDetails> {
    refuse_media_type(request.headers(), "text/csv")?;
    read_utf8(request, most).await
}

async fn read_utf8(request: Request, most: usize) -> Result<String, ProblemDetails> {
    let too_large = || {
        ProblemDetails::new(Code::BodyTooLarge, format!("At most {} KB are taken.", most / 1024))
    };
    let bytes = to_bytes(request.into_body(), most).await.map_err(|_| too_large())?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes); // a byte order mark
    String::from_utf8(bytes.to_vec())
        .map_err(|_| ProblemDetails::new(Code::InvalidJson, "The body is not UTF-8."))
}

/// Parses the JSON of a body.
pub(crate) fn parse_json<T: DeserializeOwned>(text: &str) -> Result<T, ProblemDetails> {
    if text.trim().is_empty() {
        return Err(ProblemDetails::new(Code::InvalidJson, "The body is empty."));
    }
    let place = |error: serde_json::Error| {
        format!("It cannot be read from line {}, column {} on.", error.line(), error.column())
    };
    serde_json::from_str(text).map_err(|error| ProblemDetails::new(Code::InvalidJson, place(error)))
}

/// Parses a value into a request type. Errors name the invalid field.
pub(crate) fn parse_value<T: DeserializeOwned>(value: Value) -> Result<T, ProblemDetails> {
    parse_value_at("", value).map_err(|fault| ProblemDetails::from_faults(vec![fault]))
}

/// Parses a part of a body; `place` prefixes the paths of its fields.
pub(crate) fn parse_value_at<T: DeserializeOwned>(
    place: &str,
    value: Value,
) -> Result<T, FieldError> {
    serde_path_to_error::deserialize(StrictValue(value)).map_err(|error| {
        let path = error.path().to_string();
        to_fault(join_path(place, if path == "." { "" } else { &path }), &error.inner().to_string())
    })
}

/// Translates a serde error into our words, without the quoted input.
fn to_fault(path: String, said: &str) -> FieldError {
    if let Some(name) = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'))
    {
        return required_fault(join_path(&path, name));
    }
    if TIMES.iter().any(|end| path.ends_with(end)) {
        return FieldError::new(path, "NOT_A_TIME", A_TIME);
    }
    if let Some((_, allowed)) =
        said.strip_prefix("unknown variant").and_then(|rest| rest.rsplit_once(", expected "))
    {
        return FieldError::new(path, "UNKNOWN_VALUE", format!("Must be {allowed}."));
    }
    match (said.rsplit_once(", expected "), said.strip_prefix("must ")) {
        (Some((_, expected)), _) if said.starts_with("invalid ") => {
            FieldError::new(path, "WRONG_TYPE", format!("Must be {}.", plain_type_name(expected)))
        }
        (_, Some(rest)) => FieldError::new(path, "INVALID", format!("Must {rest}.")),
        _ => FieldError::new(path, "INVALID", "Is not of the form that the field takes."),
    }
}

fn required_fault(field: impl Into<String>) -> FieldError {
    FieldError::new(field, "REQUIRED", "Is required.")
}

/// Translates serde's and Rust's type names into plain words.
fn plain_type_name(expected: &str) -> &str {
    match expected.trim_start_matches("a ").split(' ').next() {
        Some("struct" | "map") => "a JSON object",
        Some("sequence") => "a list",
        Some("string") => "a string",
        Some("u64") => "a whole number that is not negative",
        Some("u32") => "a whole number from 0 to 4294967295",
        _ => expected,
    }
}

fn join_path(place: &str, name: &str) -> String {
    if place.is_empty() || name.is_empty() || name.starts_with('[') {
        format!("{place}{name}")
    } else {
        format!("{place}.{name}")
    }
}

/// Checks the media type. A body without a `Content-Type` counts as the expected type.
fn refuse_media_type(headers: &HeaderMap, wanted: &str) -> Result<(), ProblemDetails> {
    let Some(media) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let media =
        media.to_str().ok().and_then(|media| media.split(';').next()).unwrap_or_default().trim();
    let is_wanted = media.eq_ignore_ascii_case(wanted);
    if is_wanted {
        Ok(())
    } else {
        Err(ProblemDetails::new(
            Code::UnsupportedMediaType,
            format!("Send `Content-Type: {wanted}`."),
        ))
    }
}

/// Checks the length of a trimmed text in characters.
pub(crate) fn length_fault(field: &str, text: &str, most: usize) -> Option<FieldError> {
    let count = text.trim().chars().count();
    match count {
        0 => Some(FieldError::new(field, "BLANK", "Must not be blank.")),
        _ if count > most => Some(FieldError::new(
            field,
            "TOO_LONG",
            format!("At most {most} characters are taken."),
        )),
        _ => None,
    }
}

/// Refuses if there are faults.
pub(crate) fn refuse_faults(faults: Vec<FieldError>) -> Result<(), ProblemDetails> {
    if faults.is_empty() { Ok(()) } else { Err(ProblemDetails::from_faults(faults)) }
}

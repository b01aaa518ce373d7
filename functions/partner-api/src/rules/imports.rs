//! Imported past alerts: rows of a CSV file, for dry runs of rules only. The good ones are kept,
//! the bad ones named.

mod fields;
mod row;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Request, State};
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::account::Merchant;
use domain::account::enrolment::Fault;
use domain::alert::dry_run::Imported;
use domain::basics::card::holds_card_number;
use domain::basics::id::{ImportId, OrganisationId};
use flows::problem::{Code, Problem};
use runtime::http::now;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::{csv_text, refused};
use crate::http::caller::{Caller, missing};
use crate::http::list_query::Asked;
use crate::http::response::Answer;
use crate::http::state::Shared;
use row::Row;

/// The most rows of a file.
const MOST_ROWS: usize = 5_000;
/// The most bytes of a file.
const MOST_FILE_BYTES: usize = 2 * 1024 * 1024;

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertImport)]
pub(crate) struct Outcome {
    id: ImportId,
    organisation_id: OrganisationId,
    created: usize,
    failed: usize,
    errors: Vec<RowError>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertImportError)]
struct RowError {
    /// The line of the file on which the row begins; the header is line 1.
    line: u64,
    reference: Option<String>,
    code: &'static str,
    message: String,
    errors: Vec<Fault>,
}

/// Imports past alerts from CSV, for dry runs.
///
/// The good rows are kept for 180 days, the bad ones named. The same file again is the same import.
#[utoipa::path(
    post, path = "/v1/alert-imports", request_body(content = String, content_type = "text/csv"),
    params(("organisation_id" = OrganisationId, Query, description = "The organisation whose \
        alerts they were.")),
    responses(
        (status = 200, body = Outcome), (status = 404, description = "NOT_FOUND"),
        (status = 400, description = "INVALID_JSON"),
        (status = 422, description = "CARD_NUMBER_REFUSED")
    ),
    security(("bearer" = ["alerts:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Answer<Outcome> {
    caller.may("alerts:write")?;
    let named = asked
        .text("organisation_id")
        .ok_or_else(|| Problem::field("organisation_id", "REQUIRED", "Is required."))?;
    let named = OrganisationId::try_from(named.to_owned())
        .map_err(|_| missing("organisation_id", "organisation"))?;
    let organisation = caller.named_organisation(&api.store, &named).await?.id;
    let merchants: Vec<Merchant> = api.store.records(&organisation).await?;
    let now = now(&request);
    let text = csv_text(request, MOST_FILE_BYTES).await?;
    let Read { good, bad } = read(&text, &merchants)?;
    let id = ImportId::derived(&[organisation.as_str(), &text]);
    let (created, failed) = (good.len(), bad.len());
    api.store.keep_import(&organisation, &id, good.into_values().collect(), now).await?;
    Ok(Json(Outcome { id, organisation_id: organisation, created, failed, errors: bad }))
}

/// What a file holds: by reference what is good, and what is not.
#[derive(Default)]
struct Read {
    good: BTreeMap<String, Imported>,
    bad: Vec<RowError>,
}

fn read(text: &str, merchants: &[Merchant]) -> Result<Read, Problem> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let unreadable = |_| Problem::new(Code::InvalidRequest, "The header row cannot be read.");
    let header = reader.headers().map_err(unreadable)?.clone();
    fields::refuse_header(&header)?;
    let mut read = Read::default();
    for (at, record) in reader.records().enumerate() {
        if at >= MOST_ROWS {
            return Err(Problem::field(
                "rows",
                "TOO_MANY",
                format!("At most {MOST_ROWS} rows are taken."),
            ));
        }
        match record {
            Ok(record) => read.take(&header, &record, merchants),
            Err(error) => read.bad.push(broken(&error)),
        }
    }
    if read.good.is_empty() && read.bad.is_empty() {
        return Err(Problem::field(
            "rows",
            "EMPTY",
            "At least one row is needed below the header.",
        ));
    }
    Ok(read)
}

fn broken(error: &csv::Error) -> RowError {
    let line = error.position().map_or(0, csv::Position::line);
    let message =
        "The row has another number of fields than the header, or is not UTF-8.".to_owned();
    RowError {
        line,
        reference: None,
        code: Code::InvalidRequest.as_str(),
        message,
        errors: Vec::new(),
    }
}

impl Read {
    fn take(&mut self, header: &StringRecord, record: &StringRecord, merchants: &[Merchant]) {
        let line = record.position().map_or(0, csv::Position::line);
        let (reference, refused) = match imported(header, record, merchants) {
            Ok(row) if self.good.contains_key(&row.reference) => {
                let fault = Fault::new(
                    "reference",
                    "DUPLICATE",
                    "Another row of the file has this reference.",
                );
                (Some(row.reference), Problem::faults(vec![fault]))
            }
            Ok(row) => {
                self.good.insert(row.reference.clone(), row);
                return;
            }
            Err(problem) => (row::reference(header, record), problem),
        };
        let Problem { code, detail, faults, .. } = refused;
        self.bad.push(RowError {
            line,
            reference,
            code: code.as_str(),
            message: detail,
            errors: faults,
        });
    }
}

fn imported(
    header: &StringRecord,
    record: &StringRecord,
    merchants: &[Merchant],
) -> Result<Imported, Problem> {
    let named = header
        .iter()
        .zip(record.iter())
        .filter(|(_, text)| holds_card_number(text))
        .map(|(name, _)| name.to_owned());
    refused(named.collect())?;
    let row: Row = record
        .deserialize(Some(header))
        .map_err(|_| Problem::new(Code::InvalidRequest, "The row cannot be read."))?;
    row.imported(merchants).map_err(Problem::faults)
}

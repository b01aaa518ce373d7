//! Imports of past alerts: rows of a CSV file, for dry runs of rules only. Valid rows are stored,
//! invalid rows are reported.

mod fields;
mod row;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Request, State};
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::account::Merchant;
use domain::account::enrolment::FieldError;
use domain::alert::dry_run::ImportedAlert;
use domain::basics::card::has_card_number;
use domain::basics::id::{ImportId, OrganisationId};
use flows::problem::{Code, ProblemDetails};
use runtime::http::request_time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::{csv_text, refuse_fields};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::ListQuery;
use crate::http::response::ApiResult;
use crate::http::state::SharedContext;
use row::ImportRow;

/// The most rows of a file.
const MOST_ROWS: usize = 5_000;
/// The largest file, in bytes.
const MOST_FILE_BYTES: usize = 2 * 1024 * 1024;

/// The result of an import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertImport)]
pub(crate) struct ImportOutcome {
    id: ImportId,
    organisation_id: OrganisationId,
    created: usize,
    failed: usize,
    errors: Vec<ImportRowError>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertImportError)]
struct ImportRowError {
    /// The line of the file on which the row begins; the header is line 1.
    line: u64,
    reference: Option<String>,
    code: &'static str,
    message: String,
    errors: Vec<FieldError>,
}

/// Imports past alerts from CSV, for dry runs.
///
/// Valid rows are stored for 180 days; invalid rows are reported. Idempotent: the same file is the
/// same import.
#[utoipa::path(
    post, path = "/v1/alert-imports", request_body(content = String, content_type = "text/csv"),
    params(("organisation_id" = OrganisationId, Query, description = "The organisation of the \
        alerts.")),
    responses(
        (status = 200, body = ImportOutcome), (status = 404, description = "NOT_FOUND"),
        (status = 400, description = "INVALID_JSON"),
        (status = 422, description = "CARD_NUMBER_REFUSED")
    ),
    security(("bearer" = ["alerts:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
    request: Request,
) -> ApiResult<ImportOutcome> {
    caller.require_ability("alerts:write")?;
    let named = asked.filter_text("organisation_id").ok_or_else(|| {
        ProblemDetails::invalid_field("organisation_id", "REQUIRED", "Is required.")
    })?;
    let named = OrganisationId::try_from(named.to_owned())
        .map_err(|_| missing_reference("organisation_id", "organisation"))?;
    let organisation = caller.require_organisation(&api.store, &named).await?.id;
    let merchants: Vec<Merchant> = api.store.read_records(&organisation).await?;
    let now = request_time(&request);
    let text = csv_text(request, MOST_FILE_BYTES).await?;
    let ImportRows { good, bad } = read_rows(&text, &merchants)?;
    let id = ImportId::derived(&[organisation.as_str(), &text]);
    let (created, failed) = (good.len(), bad.len());
    api.store.keep_import(&organisation, &id, good.into_values().collect(), now).await?;
    Ok(Json(ImportOutcome { id, organisation_id: organisation, created, failed, errors: bad }))
}

/// The rows of a file: valid rows by reference, and the faults of invalid rows.
#[derive(Default)]
struct ImportRows {
    good: BTreeMap<String, ImportedAlert>,
    bad: Vec<ImportRowError>,
}

fn read_rows(text: &str, merchants: &[Merchant]) -> Result<ImportRows, ProblemDetails> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let unreadable =
        |_| ProblemDetails::new(Code::InvalidRequest, "The header row cannot be read.");
    let header = reader.headers().map_err(unreadable)?.clone();
    fields::refuse_header(&header)?;
    let mut read = ImportRows::default();
    for (at, record) in reader.records().enumerate() {
        if at >= MOST_ROWS {
            return Err(ProblemDetails::invalid_field(
                "rows",
                "TOO_MANY",
                format!("At most {MOST_ROWS} rows are taken."),
            ));
        }
        match record {
            Ok(record) => read.take_row(&header, &record, merchants),
            Err(error) => read.bad.push(broken_row(&error)),
        }
    }
    if read.good.is_empty() && read.bad.is_empty() {
        return Err(ProblemDetails::invalid_field(
            "rows",
            "EMPTY",
            "At least one row is needed below the header.",
        ));
    }
    Ok(read)
}

fn broken_row(error: &csv::Error) -> ImportRowError {
    let line = error.position().map_or(0, csv::Position::line);
    let message =
        "The row has another number of fields than the header, or is not UTF-8.".to_owned();
    ImportRowError {
        line,
        reference: None,
        code: Code::InvalidRequest.as_str(),
        message,
        errors: Vec::new(),
    }
}

impl ImportRows {
    fn take_row(&mut self, header: &StringRecord, record: &StringRecord, merchants: &[Merchant]) {
        let line = record.position().map_or(0, csv::Position::line);
        let (reference, refused) = match parse_row(header, record, merchants) {
            Ok(row) if self.good.contains_key(&row.reference) => {
                let fault = FieldError::new(
                    "reference",
                    "DUPLICATE",
                    "Another row of the file has this reference.",
                );
                (Some(row.reference), ProblemDetails::from_faults(vec![fault]))
            }
            Ok(row) => {
                self.good.insert(row.reference.clone(), row);
                return;
            }
            Err(problem) => (row::row_reference(header, record), problem),
        };
        let ProblemDetails { code, detail, faults, .. } = refused;
        self.bad.push(ImportRowError {
            line,
            reference,
            code: code.as_str(),
            message: detail,
            errors: faults,
        });
    }
}

fn parse_row(
    header: &StringRecord,
    record: &StringRecord,
    merchants: &[Merchant],
) -> Result<ImportedAlert, ProblemDetails> {
    let named = header
        .iter()
        .zip(record.iter())
        .filter(|(_, text)| has_card_number(text))
        .map(|(name, _)| name.to_owned());
    refuse_fields(named.collect())?;
    let row: ImportRow = record
        .deserialize(Some(header))
        .map_err(|_| ProblemDetails::new(Code::InvalidRequest, "The row cannot be read."))?;
    row.to_imported(merchants).map_err(ProblemDetails::from_faults)
}

//! Query parameters: a route refuses undocumented parameters, because a mistyped filter would
//! select everything.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Query;
use axum::http::Uri;
use domain::account::enrolment::FieldError;
use domain::basics::card::truncate_card_numbers;
use flows::problem::{Code, ProblemDetails};

/// A refusal truncates longer parameter names.
const LONGEST_NAME: usize = 64;

/// The query parameters of each route, by method and route template.
pub(crate) type RouteParameters = BTreeMap<String, BTreeMap<String, ParameterCount>>;

/// The number of times that a query parameter may occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterCount {
    Once,
    Again,
}

/// Refuses unknown parameters, and repeated parameters that accept a single value.
pub(crate) fn refuse_unknown_parameters(
    documented: &RouteParameters,
    route: &str,
    uri: &Uri,
) -> Result<(), ProblemDetails> {
    let Some(query) = uri.query().filter(|query| !query.is_empty()) else { return Ok(()) };
    let unreadable =
        || ProblemDetails::new(Code::InvalidRequest, "The query is not percent-encoded UTF-8.");
    let given = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let Query(given) = given.map_err(|_| unreadable())?;
    if !is_encoded(query, &given) {
        return Err(unreadable());
    }
    let documented = documented.get(route);
    let named =
        |name: &str| truncate_card_numbers(name).chars().take(LONGEST_NAME).collect::<String>();
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for (name, _) in &given {
        if documented.is_none_or(|names| !names.contains_key(name)) {
            faults.push(FieldError::new(
                named(name),
                Code::UnknownParameter.as_str(),
                parameters_taken(documented),
            ));
        } else if !seen.insert(name)
            && documented.is_some_and(|names| names.get(name) == Some(&ParameterCount::Once))
        {
            faults.push(FieldError::new(name, "REPEATED", "Is taken once only."));
        }
    }
    refuse_parameters(faults)
}

/// Checks whether a query decoded without loss. The decoder leaves invalid escapes unchanged, and
/// replaces invalid UTF-8 by U+FFFD.
fn is_encoded(query: &str, decoded: &[(String, String)]) -> bool {
    let is_lossy = |text: &str| {
        text.contains(char::REPLACEMENT_CHARACTER) && !query.to_uppercase().contains("%EF%BF%BD")
    };
    let hex = |escape: &str| {
        escape.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    query.split('%').skip(1).all(hex)
        && !decoded.iter().any(|(name, value)| is_lossy(name) || is_lossy(value))
}

/// Refuses the faults. Unknown parameters take precedence over repeated parameters in the problem's
/// code.
fn refuse_parameters(faults: Vec<FieldError>) -> Result<(), ProblemDetails> {
    let is_unknown = |fault: &FieldError| fault.code == Code::UnknownParameter.as_str();
    let Some(first) = faults.iter().find(|fault| is_unknown(fault)).or(faults.first()) else {
        return Ok(());
    };
    if !is_unknown(first) {
        return crate::http::body::refuse_faults(faults);
    }
    let detail = format!("This route has no parameter `{}`. {}", first.field, first.message);
    let mut problem = ProblemDetails::new(Code::UnknownParameter, detail);
    problem.faults = faults;
    Err(problem)
}

fn parameters_taken(documented: Option<&BTreeMap<String, ParameterCount>>) -> String {
    let names: Vec<&str> =
        documented.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        "The route takes none.".to_owned()
    } else {
        format!("The route takes `{}`.", names.join("`, `"))
    }
}

//! The errors of a route: the annotated codes, and the codes common to all routes of its kind.

use std::collections::BTreeMap;

use flows::problem::{Code, PROBLEM_JSON};
use serde_json::{Map, Value, json};

/// The properties of a route that decide its errors.
pub(super) struct RouteKind<'a> {
    pub method: &'a str,
    /// `OPEN` if no key is needed.
    pub level: &'a str,
    pub has_id: bool,
    pub has_query: bool,
    pub has_offset: bool,
    pub media: Option<&'a str>,
}

impl RouteKind<'_> {
    /// Lists the codes that every route of the kind can return.
    fn refusal_codes(&self) -> Vec<Code> {
        use Code::{
            BodyTooLarge, CardNumberRefused, Conflict, IdempotencyKeyInUse, IdempotencyKeyReused,
            InternalError, InvalidJson, InvalidRequest, MissingAbility, NotFound, OffsetTooLarge,
            PartnerAdminOnly, PartnerOnly, TooManyRequests, Unauthenticated, Unavailable,
            UnknownParameter, UnsupportedMediaType, ValidationFailed,
        };
        if self.level == "OPEN" {
            return Vec::new();
        }
        let once = self.method == "post" || self.method == "patch";
        let sets: [(bool, &[Code]); 10] = [
            (
                true,
                &[
                    Unauthenticated,
                    MissingAbility,
                    InvalidRequest,
                    UnknownParameter,
                    TooManyRequests,
                    InternalError,
                    Unavailable,
                ],
            ),
            (self.level != "ANY", &[PartnerOnly]),
            (self.level == "PARTNER_ADMIN", &[PartnerAdminOnly]),
            (self.has_id, &[NotFound]),
            (self.has_query, &[ValidationFailed]),
            (self.has_offset, &[OffsetTooLarge]),
            (once, &[BodyTooLarge, IdempotencyKeyInUse, IdempotencyKeyReused]),
            (self.media.is_some(), &[UnsupportedMediaType, ValidationFailed]),
            (self.media == Some("application/json"), &[InvalidJson, CardNumberRefused]),
            (self.method == "patch" || self.method == "delete", &[Conflict]),
        ];
        sets.into_iter()
            .filter(|(has, _)| *has)
            .flat_map(|(_, codes)| codes.iter().copied())
            .collect()
    }

    /// Adds the errors to a route's responses.
    pub fn lay_over(&self, responses: &mut Map<String, Value>) {
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        let named = responses
            .values()
            .filter_map(|answer| answer["description"].as_str())
            .flat_map(str::split_whitespace);
        let named: Vec<Code> = named
            .filter_map(|word| Code::ALL.iter().find(|code| code.as_str() == word).copied())
            .collect();
        for code in named.into_iter().chain(self.refusal_codes()) {
            let codes = by_status.entry(code.status().as_u16()).or_default();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        responses.extend(
            by_status.into_iter().map(|(status, codes)| (status.to_string(), to_answer(&codes))),
        );
    }
}

/// Moves equal responses into the components, named after their codes.
pub(super) fn share_answers(document: &mut Value) {
    let mut shared = Map::new();
    let operations =
        document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in
        operations.filter_map(Value::as_object_mut).flat_map(|methods| methods.values_mut())
    {
        for answer in operation["responses"]
            .as_object_mut()
            .into_iter()
            .flat_map(|answers| answers.values_mut())
        {
            let Some(name) = answer_name(answer) else { continue };
            let place = json!({ "$ref": format!("#/components/responses/{name}") });
            shared.insert(name, std::mem::replace(answer, place));
        }
    }
    document["components"]["responses"] = Value::Object(shared);
}

/// Names a refusal after its codes, with a suffix if the headers of guarded routes are absent.
fn answer_name(answer: &Value) -> Option<String> {
    let codes = answer["content"][PROBLEM_JSON]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        .as_array()?;
    let words: Vec<&str> = codes.iter().filter_map(Value::as_str).collect();
    let suffix = if answer["headers"].get("RateLimit").is_some() { "" } else { "-open" };
    Some(format!("{}{suffix}", words.join(".")))
}

fn to_answer(codes: &[Code]) -> Value {
    let described: Vec<String> =
        codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect();
    let words: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    let schema = json!({ "allOf": [problem, { "properties": { "code": { "enum": words } } }] });
    let mut answer = json!({
        "description": described.join("\n"), "content": { PROBLEM_JSON: { "schema": schema } }
    });
    let waits = |code: &Code| {
        matches!(
            code,
            Code::IdempotencyKeyInUse
                | Code::ProcessorUnavailable
                | Code::TooManyRequests
                | Code::Unavailable
        )
    };
    if codes.iter().any(waits) {
        answer["headers"]["Retry-After"] = json!({ "$ref": "#/components/headers/Retry-After" });
    }
    if codes.contains(&Code::Unauthenticated) {
        answer["headers"]["WWW-Authenticate"] =
            json!({ "$ref": "#/components/headers/WWW-Authenticate" });
    }
    answer
}

//! Parser errors without quotations. Parsers quote the input, which may contain data that must not
//! be stored or logged.

/// The phrases with which serde begins a quotation.
const QUOTING: [&str; 4] =
    ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];

/// Removes the quotation of the input from a parser's error. Leaves the expected type, the missing
/// field and the position, where the error follows serde's forms.
#[must_use]
pub fn strip_quotation(said: &str) -> String {
    let (words, place) =
        said.rsplit_once(" at line ").filter(|(_, place)| is_line_and_column(place)).unzip();
    let words = words.unwrap_or(said);
    let place = place.map(|place| format!(" at line {place}")).unwrap_or_default();
    let expected = QUOTING
        .iter()
        .any(|begin| words.starts_with(begin))
        .then(|| words.rsplit_once(", expected "))
        .flatten();
    let missing = words.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    match (expected, missing) {
        (Some((_, expected)), _) => format!("expected {expected}{place}"),
        (None, Some(name)) => format!("missing field `{name}`{place}"),
        (None, None) => format!("not of the expected form{place}"),
    }
}

/// Checks whether the text is of the form `3 column 5`, and not the end of a quotation.
fn is_line_and_column(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(" column ").is_some_and(|(line, column)| is_number(line) && is_number(column))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Refund {
        #[serde(rename = "amount")]
        _amount: u64,
        #[serde(rename = "kind")]
        _kind: Kind,
        #[serde(rename = "at", default)]
        _at: Option<jiff::Timestamp>,
    }

    #[derive(Debug, Deserialize)]
    enum Kind {
        Full,
        Part,
    }

    #[test]
    fn only_what_is_expected_is_told_and_where() {
        for (json, told) in [
            (
                r#"{"amount":"4242, expected 4242","kind":"Full"}"#,
                "expected u64 at line 1 column 31",
            ),
            (
                r#"{"amount":1,"kind":"4242 at line 4242"}"#,
                "expected `Full` or `Part` at line 1 column 38",
            ),
            (
                r#"{"amount":1,"kind":"Part","at":"4242"}"#,
                "not of the expected form at line 1 column 37",
            ),
            (r#"{"amount":1}"#, "missing field `kind` at line 1 column 12"),
            (r#"{"amount":-4242}"#, "expected u64 at line 1 column 15"),
        ] {
            let error = serde_json::from_str::<Refund>(json).expect_err(json);
            assert_eq!(strip_quotation(&error.to_string()), told, "{error}");
        }
        assert_eq!(
            strip_quotation("the word 4242 at line 4 column 2 is none"),
            "not of the expected form"
        );
    }
}

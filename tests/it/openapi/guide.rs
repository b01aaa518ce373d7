//! The guide for programs that read text, made from the document.

use std::fmt::Write;

use serde_json::Value;

/// The guide of a document.
pub fn of(document: &Value) -> String {
    let info = &document["info"];
    let mut text = format!("# {}\n\n", word(&info["title"]));
    let about = word(&info["description"]);
    let (first, rest) = about.split_once("\n\n").unwrap_or((about, ""));
    write!(
        text,
        "> {first}\n\n{rest}\n\nSign in with `Authorization: Bearer <key>`; each operation below \
         names the ability its key needs.\n\n"
    )
    .expect("text");
    text.push_str(
        "- [OpenAPI 3.1 document](/v1/openapi.json): every schema, error and example\n- \
         [Reference page](/v1/docs): the same for people\n",
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        let lines = operations(document, &tag["name"]);
        if !lines.is_empty() {
            write!(text, "\n## {}\n\n{}\n\n{lines}", word(&tag["name"]), word(&tag["description"]))
                .expect("text");
        }
    }
    text.push_str("\n## Webhooks\n\n");
    for (name, event) in document["webhooks"].as_object().into_iter().flatten() {
        writeln!(text, "- `{name}`: {}", word(&event["post"]["summary"])).expect("text");
    }
    text
}

fn operations(document: &Value, tag: &Value) -> String {
    let mut lines = String::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, operation)| operation["tags"][0] == *tag)
        {
            let abilities =
                operation["security"][0]["bearer"].as_array().into_iter().flatten().map(word);
            let abilities = abilities.collect::<Vec<_>>().join(", ");
            let needs =
                if abilities.is_empty() { String::new() } else { format!(" ({abilities})") };
            writeln!(
                lines,
                "- `{} {path}`{needs}: {}",
                method.to_uppercase(),
                word(&operation["summary"])
            )
            .expect("text");
        }
    }
    lines
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

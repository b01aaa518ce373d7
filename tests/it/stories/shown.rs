//! An alert as stories print it, from what the partner's GET shows.

use serde_json::Value;

use super::play::text;

/// The alert in a few lines.
pub fn alert(alert: &Value, whose: &str) -> Vec<String> {
    let need = alert["action_required_reason"]
        .as_str()
        .map(|why| format!(", {why}{}", details(&alert["action_required_details"])));
    let reason = ["resolution_reason", "invalid_reason"]
        .into_iter()
        .find_map(|field| alert[field].as_str())
        .map(|why| format!(", {why}"));
    let person = if alert["is_actionable"] == true { ", needs a person" } else { "" };
    let status = format!(
        "{}{whose} {}{person}{}{}",
        text(&alert["id"]),
        text(&alert["status"]),
        need.unwrap_or_default(),
        reason.unwrap_or_default()
    );
    let lines = [
        Some(format!("{status}, {}", text(&alert["transaction_refund_outcome"]))),
        matched(&alert["match"]).map(|line| format!("  matched {line}")),
        decided(&alert["decision"]).map(|line| format!("  decided {line}")),
        refund(&alert["refund"]).map(|line| format!("  refund {line}")),
        cancelled(&alert["cancellation"]).map(|line| format!("  subscription {line}")),
        told(&alert["outcome"]).map(|line| format!("  told {line}")),
        alert["note"].as_str().map(|note| format!("  note \"{note}\"")),
    ];
    let left_out = alert["left_out"].as_array().into_iter().flatten();
    let left_out = left_out.map(|one| {
        format!(
            "  left out {} {}: {}",
            text(&one["field"]),
            text(&one["value"]),
            text(&one["reason"])
        )
    });
    lines.into_iter().flatten().chain(left_out).chain(candidates(&alert["candidates"])).collect()
}

fn candidates(found: &Value) -> Vec<String> {
    let lines = found.as_array().into_iter().flatten().filter_map(matched);
    let mut lines: Vec<String> = lines.map(|line| format!("  candidate {line}")).collect();
    // equal scores stand in the order of their ids, which differ from run to run
    lines.sort();
    lines
}

/// Each step with its time and who made it.
pub fn history(alert: &Value) -> Vec<String> {
    let steps = alert["history"].as_array().into_iter().flatten();
    steps
        .map(|step| {
            format!("{} {} by {}", time(&step["at"]), text(&step["did"]), text(&step["by"]["type"]))
        })
        .collect()
}

/// A time to the second, without year and zone.
fn time(at: &Value) -> String {
    text(at).get(5..19).unwrap_or_default().replace('T', " ")
}

fn matched(found: &Value) -> Option<String> {
    let evidence: Vec<String> = found["evidence"]
        .as_array()?
        .iter()
        .map(|one| text(one).to_lowercase().replace('_', " "))
        .collect();
    Some(format!("{} by {}", text(&found["integration_transaction_id"]), evidence.join(", ")))
}

fn decided(decision: &Value) -> Option<String> {
    let by = &decision.as_object()?["by"];
    let what = decision["action"].as_str().or(decision["invalid_reason"].as_str()).unwrap_or("?");
    let rules = decision["rules"].as_array().into_iter().flatten();
    let rules: Vec<String> = rules
        .map(|rule| {
            format!(
                "{} ({} against {})",
                text(&rule["result"]),
                text(&rule["actual"]),
                text(&rule["expected"])
            )
        })
        .collect();
    let rules = if rules.is_empty() { String::new() } else { format!(": {}", rules.join(", ")) };
    let whose = by["id"].as_str().map_or_else(String::new, |id| format!(" {id}"));
    let externally =
        if decision["refunded_externally"] == true { ", refunded externally" } else { "" };
    let elsewhere =
        if decision["cancelled_externally"] == true { ", cancelled externally" } else { "" };
    Some(format!("{what} by {}{whose}{rules}{externally}{elsewhere}", text(&by["type"])))
}

fn refund(refund: &Value) -> Option<String> {
    let id = refund.as_object()?["id"]
        .as_str()
        .filter(|id| !id.is_empty())
        .unwrap_or("without a reference");
    let amount = super::printed::amount(&refund["amount_in_cents"], &refund["currency"]);
    let confirmed = match (refund["status"].as_str(), refund["failure_reason"].as_str()) {
        (Some("FAILED"), reason) => format!(", failed: {}", reason.unwrap_or_default()),
        (Some("PENDING"), _) => ", not confirmed yet".to_owned(),
        _ => String::new(),
    };
    let proof = if refund["arn"].is_string() { ", with its acquirer's reference" } else { "" };
    Some(format!("{id} of {amount}, {}{confirmed}{proof}", text(&refund["way"])))
}

fn cancelled(cancellation: &Value) -> Option<String> {
    let status = cancellation.as_object()?["status"].as_str()?;
    let parts = [&cancellation["subscription_id"], &cancellation["reason"]].map(text);
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some(format!("{status} {}", parts.join(": ")).trim_end().to_owned())
}

fn told(outcome: &Value) -> Option<String> {
    let words = outcome.as_object()?;
    let answer =
        outcome["answer"].as_str().map_or_else(String::new, |answer| format!(": {answer}"));
    let why = outcome["answer_reason"].as_str().map_or_else(String::new, |why| format!(": {why}"));
    Some(format!("{}, {}{answer}{why}", text(&words["outcome"]), text(&words["refund_status"])))
}

fn details(details: &Value) -> String {
    let fields = details.as_object().into_iter().flatten();
    let fields: Vec<String> = fields.map(|(_, value)| text(value)).collect();
    if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) }
}

//! The hops of an alert, one readable line each, from the alert as the partner sees it.

use serde_json::Value;

/// What happened to an alert, step by step with its time.
#[must_use]
pub fn hops(alert: &Value) -> Vec<String> {
    let mut lines = vec![format!("Timeline of {}", text(&alert["id"]))];
    for step in alert["history"].as_array().into_iter().flatten() {
        let (at, did) = (text(&step["at"]), text(&step["did"]));
        let time =
            at.get(11..23).or(at.get(11..19)).unwrap_or(&at).trim_end_matches('Z').to_owned();
        lines.push(format!(
            "  {time:<12}  {:<18} {}",
            did.to_lowercase().replace('_', " "),
            told(&did, alert)
        ));
        if did == "ACTIONED" {
            lines.push(format!(
                "  {time:<12}  {:<18} {}",
                "cancelled",
                cancellation(&alert["cancellation"])
            ));
        }
    }
    lines
}

fn told(did: &str, alert: &Value) -> String {
    match did {
        "RECEIVED" => format!(
            "{} {} of {}",
            text(&alert["network"]),
            text(&alert["vendor_alert_id"]),
            text(&alert["descriptor"])
        ),
        "MATCHED" => {
            let evidence: Vec<String> =
                alert["match"]["evidence"].as_array().into_iter().flatten().map(text).collect();
            format!(
                "{} by {} (score {})",
                text(&alert["integration_transaction_id"]),
                evidence.join(", "),
                alert["match"]["score"]
            )
        }
        "DECIDED" => decision(&alert["decision"]),
        "ACTIONED" => {
            let refund = &alert["refund"];
            format!(
                "refund {} of {} {} minor units",
                text(&refund["id"]),
                refund["amount_in_cents"],
                text(&refund["currency"])
            )
        }
        "RESOLVED" => format!(
            "{} told {} / {}",
            text(&alert["network"]),
            text(&alert["outcome"]["outcome"]),
            text(&alert["outcome"]["refund_status"])
        ),
        "REQUIRED_ACTION" => text(&alert["action_required_reason"]),
        _ => String::new(),
    }
}

fn decision(decision: &Value) -> String {
    let rules = decision["rules"].as_array().into_iter().flatten();
    let rules: Vec<String> = rules
        .map(|rule| {
            format!(
                "{}: {} ({} against {})",
                text(&rule["rule_id"]),
                text(&rule["result"]),
                text(&rule["actual"]),
                text(&rule["expected"])
            )
        })
        .collect();
    format!(
        "{} by {} version {}; {}",
        text(&decision["action"]),
        text(&decision["ruleset_id"]),
        decision["ruleset_version"],
        rules.join("; ")
    )
}

fn cancellation(cancellation: &Value) -> String {
    if cancellation.is_null() {
        "nothing to cancel".into()
    } else {
        format!("{} {}", text(&cancellation["subscription_id"]), text(&cancellation["status"]))
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

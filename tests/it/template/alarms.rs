//! Each alarm can ring, and whoever hears it finds its page.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::load::{Template, target};
use crate::repository::{self, rust_files};

#[test]
fn each_alarm_has_a_heading_in_the_runbook_and_each_heading_an_alarm() {
    let template = Template::read();
    let alarms = template.of_type("AWS::CloudWatch::Alarm");
    let linked: BTreeSet<String> = alarms
        .map(|(name, alarm)| {
            let said = template.sub(&alarm["AlarmDescription"]);
            let link = said
                .split_once("docs/runbook.md#")
                .unwrap_or_else(|| panic!("{name}'s AlarmDescription must end in docs/runbook.md#heading"));
            link.1.to_owned()
        })
        .collect();
    let runbook = repository::read("docs/runbook.md");
    let headings: BTreeSet<String> = runbook.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect();
    assert_eq!(linked, headings, "alarms of infra/template.yaml (left) and `## ` headings of docs/runbook.md (right) belong together");
}

#[test]
fn each_page_of_the_runbook_starts_with_three_commands() {
    let runbook = repository::read("docs/runbook.md");
    for page in runbook.split("\n## ").skip(1) {
        let heading = page.lines().next().unwrap_or_default();
        let block =
            page.split("```").nth(1).unwrap_or_else(|| panic!("`{heading}` in docs/runbook.md needs its first three commands, in ```sh"));
        let commands =
            block.lines().filter(|line| line.starts_with("aws ") || line.starts_with("curl ") || line.starts_with("openssl ")).count();
        assert_eq!(commands, 3, "`{heading}` in docs/runbook.md must begin with three commands");
    }
}

#[test]
fn each_sentence_that_rings_is_logged_somewhere() {
    let sources: String = rust_files(&["functions", "shared"]).into_iter().map(|file| file.text).collect();
    for begins in SENTENCES.iter() {
        let logged = sources.contains(&format!("\"{begins}"));
        assert!(
            logged,
            "no function logs a message that begins `{begins}`: its alarm never rings. Log it, or change the mapping Sentences"
        );
    }
}

/// How the sentences of the logs begin that ring an alarm.
pub static SENTENCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let template = Template::read();
    let sentences = template.section("Mappings")["Sentences"].as_object().expect("sentences");
    sentences.values().map(|sentence| sentence["Begins"].as_str().expect("how it begins").to_owned()).collect()
});

#[test]
fn dead_letters_and_old_messages_of_each_stage_ring() {
    let template = Template::read();
    for stage in ["Matching", "RulesetEvaluation", "Refund", "VendorCallback", "WebhookDelivery", "EmailNotification"] {
        for (alarm, queue) in
            [(format!("{stage}DeadLettersAlarm"), format!("{stage}DeadLetters")), (format!("{stage}AgeAlarm"), format!("{stage}Queue"))]
        {
            let dimension = &template.properties(&alarm)["Dimensions"][0];
            assert_eq!(target(&dimension["Value"]), Some(queue), "{alarm}");
        }
    }
}

#[test]
fn each_alarm_tells_whoever_is_to_hear_it() {
    for (name, alarm) in Template::read().of_type("AWS::CloudWatch::Alarm") {
        assert_eq!(alarm["AlarmActions"]["Fn::If"][0], "HasAlarmTopic", "{name} needs AlarmActions");
    }
}

/// A heading as a link names it.
fn anchor(heading: &str) -> String {
    let plain = heading.to_lowercase().replace(' ', "-");
    plain.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

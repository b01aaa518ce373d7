//! Each alarm can ring, and whoever hears it finds its page.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::json;

use super::load::{Template, target};
use super::pipeline::STAGES;
use crate::repository::{self, rust_files};

#[test]
fn each_alarm_has_a_heading_in_the_runbook_and_each_heading_an_alarm() {
    let template = Template::read();
    let alarms = template.of_type("AWS::CloudWatch::Alarm");
    let linked: BTreeSet<String> = alarms
        .map(|(name, alarm)| {
            let said = template.sub(&alarm["AlarmDescription"]);
            let link = said.split_once("docs/runbook.md#").unwrap_or_else(|| {
                panic!("{name}'s AlarmDescription must end in docs/runbook.md#heading")
            });
            link.1.to_owned()
        })
        .collect();
    let runbook = repository::read("docs/runbook.md");
    let headings: BTreeSet<String> =
        runbook.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect();
    assert_eq!(
        linked, headings,
        "alarms of infra/template.yaml (left) and `## ` headings of docs/runbook.md (right) \
         belong together"
    );
}

#[test]
fn each_page_of_the_runbook_starts_with_three_commands() {
    let runbook = repository::read("docs/runbook.md");
    for page in runbook.split("\n## ").skip(1) {
        let heading = page.lines().next().unwrap_or_default();
        let block = page.split("```").nth(1).unwrap_or_else(|| {
            panic!("`{heading}` in docs/runbook.md needs its first three commands, in ```sh")
        });
        let commands = block
            .lines()
            .filter(|line| {
                line.starts_with("aws ")
                    || line.starts_with("curl ")
                    || line.starts_with("openssl ")
            })
            .count();
        assert_eq!(commands, 3, "`{heading}` in docs/runbook.md must begin with three commands");
    }
}

#[test]
fn each_sentence_that_rings_is_logged_somewhere() {
    let sources: String =
        rust_files(&["functions", "shared"]).into_iter().map(|file| file.text).collect();
    for begins in SENTENCES.iter() {
        let logged = sources.contains(&format!("\"{begins}"));
        assert!(
            logged,
            "no function logs a message that begins `{begins}`: its alarm never rings. Log it, or \
             change the mapping Sentences"
        );
    }
}

/// How the sentences of the logs begin that ring an alarm.
pub static SENTENCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let template = Template::read();
    let sentences = template.section("Mappings")["Sentences"].as_object().expect("sentences");
    sentences
        .values()
        .map(|sentence| sentence["Begins"].as_str().expect("how it begins").to_owned())
        .collect()
});

#[test]
fn dead_letters_and_old_messages_of_each_stage_ring() {
    let template = Template::read();
    for stage in STAGES {
        for (alarm, queue) in [
            (format!("{stage}DeadLettersAlarm"), format!("{stage}DeadLetters")),
            (format!("{stage}AgeAlarm"), format!("{stage}Queue")),
        ] {
            let dimension = &template.properties(&alarm)["Dimensions"][0];
            assert_eq!(target(&dimension["Value"]), Some(queue), "{alarm}");
        }
    }
}

#[test]
fn each_alarm_tells_whoever_is_to_hear_it() {
    for (name, alarm) in Template::read().of_type("AWS::CloudWatch::Alarm") {
        assert_eq!(
            alarm["AlarmActions"]["Fn::If"][0], "HasAlarmTopic",
            "{name} needs AlarmActions"
        );
    }
}

#[test]
fn mails_that_come_back_or_are_reported_ring_before_the_service_stops_the_account() {
    let template = Template::read();
    for set in ["Live", "Test"] {
        for (alarm, metric, threshold) in [
            ("Bounces", "Reputation.BounceRate", "0.02"),
            ("Complaints", "Reputation.ComplaintRate", "0.0005"),
        ] {
            let alarm = template.properties(&format!("{set}{alarm}Alarm"));
            assert_eq!(
                (&alarm["Namespace"], &alarm["MetricName"]),
                (&json!("AWS/SES"), &json!(metric))
            );
            assert_eq!(alarm["Threshold"].to_string(), threshold);
            let dimension = &alarm["Dimensions"][0];
            assert_eq!(
                (&dimension["Name"], target(&dimension["Value"])),
                (&json!("ses:configuration-set"), Some(format!("{set}Mails")))
            );
        }
        let reputation = &template.properties(&format!("{set}Mails"))["ReputationOptions"];
        assert_eq!(reputation["ReputationMetricsEnabled"], true);
        let told = &template.properties(&format!("{set}MailEvents"))["EventDestination"];
        assert_eq!(
            (&told["MatchingEventTypes"], &told["Enabled"]),
            (&json!(["bounce", "complaint", "reject"]), &json!(true))
        );
    }
}

#[test]
fn only_the_rule_of_this_stack_puts_what_ses_tells_into_its_queue() {
    let template = Template::read();
    let rule = template.properties("MailEventsRule");
    let sets = json!([{ "Ref": "LiveMails" }, { "Ref": "TestMails" }]);
    assert_eq!(rule["EventPattern"]["detail"]["mail"]["tags"]["ses:configuration-set"], sets);
    assert_eq!(target(&rule["Targets"][0]["Arn"]), Some("MailEventsQueue".into()));
    let statement = &template.properties("MailEventsPolicy")["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Principal"], json!({ "Service": "events.amazonaws.com" }));
    assert_eq!(
        target(&statement["Condition"]["ArnEquals"]["aws:SourceArn"]),
        Some("MailEventsRule".into())
    );
}

/// A heading as a link names it.
fn anchor(heading: &str) -> String {
    let plain = heading.to_lowercase().replace(' ', "-");
    plain.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

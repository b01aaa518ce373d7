//! Queues, their readers, and the paths from outside.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::load::{Template, list, target, text};

/// The stages that have a queue.
pub const STAGES: [&str; 10] = [
    "Matching",
    "OrderMatching",
    "RulesetEvaluation",
    "Refund",
    "SlowRefund",
    "VendorCallback",
    "WebhookDelivery",
    "SlowWebhookDelivery",
    "EmailNotification",
    "MailEvents",
];

/// The function that reads a stage's queue.
fn reader(stage: &str) -> &str {
    stage.trim_start_matches("Slow")
}

#[test]
fn each_stage_has_a_queue_that_ends_in_dead_letters() {
    let template = Template::read();
    for stage in STAGES {
        let queue = template.properties(&format!("{stage}Queue"));
        let (timeout, visibility) = (
            template.number(&template.properties(reader(stage))["Timeout"]),
            template.number(&queue["VisibilityTimeout"]),
        );
        assert_eq!(
            visibility,
            6 * timeout,
            "the mapping Stages must give {stage} VisibilitySeconds of six times TimeoutSeconds"
        );
        assert_eq!(
            target(&queue["RedrivePolicy"]["deadLetterTargetArn"]),
            Some(format!("{stage}DeadLetters"))
        );
        assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], 10);
        assert_eq!(queue["MessageRetentionPeriod"], 1_209_600, "messages are kept 14 days");
    }
}

#[test]
fn a_claim_runs_out_long_before_a_message_is_a_dead_letter() {
    let template = Template::read();
    let refund = template.properties("Refund");
    let claim: u64 =
        text(&refund["Environment"]["Variables"]["CLAIM_SECONDS"]).parse().expect("CLAIM_SECONDS");
    for stage in STAGES {
        let queue = template.properties(&format!("{stage}Queue"));
        let receives = template.number(&queue["RedrivePolicy"]["maxReceiveCount"]);
        let held = claim + template.number(&template.properties(reader(stage))["Timeout"]);
        assert!(
            template.number(&queue["VisibilityTimeout"]) * receives >= 2 * held,
            "{stage}: a claim that a kill left holds for {held} s"
        );
    }
}

#[test]
fn each_stage_reads_its_own_queue_and_gives_single_messages_back() {
    let template = Template::read();
    for stage in STAGES {
        let source = template.properties(&format!("{stage}Source"));
        assert_eq!(
            (target(&source["FunctionName"]), target(&source["EventSourceArn"])),
            (Some(reader(stage).into()), Some(format!("{stage}Queue")))
        );
        assert_eq!(
            source["FunctionResponseTypes"],
            json!(["ReportBatchItemFailures"]),
            "else one failure gives the whole batch back"
        );
        let (size, window) = (
            template.number(&source["BatchSize"]),
            template.number(&source["MaximumBatchingWindowInSeconds"]),
        );
        let expected = match stage {
            "VendorCallback" => (25, 5),
            // a call that hangs holds up no other message
            "Refund" | "SlowRefund" | "EmailNotification" => (1, 0),
            "Matching" => (2, 0),
            "OrderMatching" => (100, 1), // more than ten need a window; each order fails alone
            _ => (10, 0),
        };
        assert_eq!((size, window), expected, "{stage}");
    }
}

#[test]
fn one_bad_write_cannot_block_the_stream() {
    let template = Template::read();
    let source = template.properties("QueueRelaySource");
    assert_eq!(source["BisectBatchOnFunctionError"], true);
    assert_eq!(source["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    assert_eq!(
        target(&source["DestinationConfig"]["OnFailure"]["Destination"]),
        Some("RelayFailures".into())
    );
    for bound in ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"] {
        assert!(source[bound].as_u64().is_some(), "{bound} must have a bound");
    }
}

#[test]
fn the_relay_is_woken_by_what_it_reads_only() {
    let template = Template::read();
    let filters = &template.properties("QueueRelaySource")["FilterCriteria"]["Filters"];
    let keys = |place: usize| {
        let pattern = filters[place]["Pattern"].as_str().expect("a pattern");
        serde_json::from_str::<Value>(pattern).expect("a pattern is JSON")["dynamodb"]["Keys"]
            .clone()
    };
    let (alert, order, delivery) = (
        domain::basics::id::AlertId::PREFIX,
        domain::basics::id::OrderId::PREFIX,
        domain::basics::id::DeliveryId::PREFIX,
    );
    let refund = domain::basics::id::HandRefundId::PREFIX;
    let quarantined = domain::basics::id::QuarantineId::PREFIX;
    let prefixes = json!([
        { "prefix": alert }, { "prefix": order }, { "prefix": delivery }, { "prefix": refund },
        { "prefix": quarantined }
    ]);
    assert_eq!(
        keys(0)["pk"]["S"],
        prefixes,
        "the filter must name the prefixes of domain::basics::id"
    );
    let kept = json!([
        { "prefix": "ENRL#" }, { "prefix": "INT#" }, { "prefix": "MEM#" },
        { "prefix": "CONSENT#" }, "BACKLOG", "WAKING"
    ]);
    assert_eq!(keys(1)["sk"]["S"], kept, "what is told of, asked and woken by its sort key");
    let relay = crate::repository::read("functions/queue-relay/src/messages.rs");
    for word in ["ENRL#", "INT#", "MEM#", "CONSENT#", "BACKLOG", "WAKING"] {
        assert!(relay.contains(&format!("\"{word}\"")), "the relay reads {word}");
    }
}

#[test]
fn what_is_called_from_outside_is_this_and_nothing_else() {
    let template = Template::read();
    let routes = template.of_type("AWS::ApiGatewayV2::Route").map(|(_, route)| {
        let integration = text(&route["Target"]["Fn::Sub"])
            .trim_start_matches("integrations/${")
            .trim_end_matches('}')
            .to_owned();
        let function =
            target(&template.properties(&integration)["IntegrationUri"]).expect("a function");
        format!(
            "{} {} -> {function}",
            target(&route["ApiId"]).expect("an API"),
            text(&route["RouteKey"])
        )
    });
    let expected = [
        "PublicApi ANY /v1/{proxy+} -> PartnerApi",
        "PublicApi ANY /v2/{proxy+} -> PartnerApi",
        "PublicApi POST /processor-events/{integration_id} -> ProcessorEvents",
        "VendorApi POST /vendors/ethoca/alerts -> AlertIntake",
    ];
    assert_eq!(routes.collect::<BTreeSet<_>>(), expected.map(ToOwned::to_owned).into());
}

#[test]
fn vendors_show_a_certificate_and_cannot_go_round_it() {
    let template = Template::read();
    assert_eq!(template.section("Parameters")["VendorAuth"]["Default"], "MUTUAL_TLS");
    for needed in ["VendorDomainName", "VendorCertificateArn", "VendorTruststoreUri"] {
        let assertions = &template.section("Rules")["MutualTlsHasItsDomain"]["Assertions"];
        let given = json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": needed }, ""] }] });
        assert!(
            list(assertions).iter().any(|one| one["Assert"] == given),
            "MutualTlsHasItsDomain must ask for {needed}"
        );
    }
    assert_eq!(
        template.properties("VendorDomain")["MutualTlsAuthentication"]["TruststoreUri"]["Ref"],
        "VendorTruststoreUri"
    );
    assert_eq!(
        template.properties("VendorApi")["DisableExecuteApiEndpoint"],
        json!({ "Fn::If": ["HasVendorDomain", true, false] })
    );
}

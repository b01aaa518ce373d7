//! What keeps data from being lost or read on the way, and a flood from taking what the pipeline
//! needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::load::{Template, list, target, text};
use crate::repository;

/// What AWS leaves to functions without a share of their own, of any account.
const UNRESERVED: u64 = 100;
/// What is called from outside.
const DOORS: [&str; 3] = ["AlertIntake", "PartnerApi", "ProcessorEvents"];

/// A function's share of the account's concurrency, where shares are given.
fn reserved(template: &Template, function: &str) -> Option<u64> {
    let share =
        template.properties(function)["ReservedConcurrentExecutions"]["Fn::If"].as_array()?;
    assert_eq!(
        (&share[0], &share[2]),
        (&json!("ConcurrencyIsReserved"), &json!({ "Ref": "AWS::NoValue" })),
        "{function}"
    );
    Some(template.number(&share[1]))
}

#[test]
fn each_reader_of_a_queue_may_run_as_often_as_its_source_calls_it() {
    let template = Template::read();
    let mut called: BTreeMap<String, u64> = BTreeMap::new();
    for (_, source) in template.of_type("AWS::Lambda::EventSourceMapping") {
        let Some(most) =
            source["ScalingConfig"].get("MaximumConcurrency").map(|most| template.number(most))
        else {
            continue;
        };
        *called.entry(target(&source["FunctionName"]).expect("a function")).or_default() += most;
    }
    for (function, most) in called {
        let share = reserved(&template, &function)
            .unwrap_or_else(|| panic!("{function} needs ReservedConcurrentExecutions"));
        assert!(
            most <= share,
            "queues call {function} {most} times at once, which may run {share} times: messages \
             would return unread"
        );
    }
}

#[test]
fn a_flood_from_outside_leaves_the_workers_theirs() {
    let template = Template::read();
    let functions: Vec<&String> =
        template.of_type("AWS::Serverless::Function").map(|(name, _)| name).collect();
    for door in DOORS {
        assert!(
            reserved(&template, door).is_some(),
            "{door} is called from outside and needs ReservedConcurrentExecutions"
        );
    }
    let sum: u64 = functions.iter().filter_map(|function| reserved(&template, function)).sum();
    let needed = sum + UNRESERVED;
    assert!(
        needed <= 400,
        "the shares and AWS's {UNRESERVED} are {needed}: more than the 400 of infra/README.md and \
         the parameter"
    );
    let told = format!("The shares are {sum} together");
    assert!(
        repository::read("infra/README.md").contains(&told),
        "infra/README.md must say: {told}"
    );
    assert!(
        repository::read("infra/README.md").contains("400 or more"),
        "infra/README.md names the quota that the shares take"
    );
    assert_eq!(template.section("Parameters")["ReservedConcurrency"]["Default"], "yes");
    let config = repository::read("samconfig.toml");
    let of = |environment: &str| {
        config
            .split(&format!("[{environment}.deploy"))
            .nth(1)
            .and_then(|rest| rest.split("\n[").next())
            .unwrap_or_default()
    };
    assert!(
        of("default").contains("ReservedConcurrency=no")
            && of("prod").contains("ReservedConcurrency=yes")
    );
}

#[test]
fn data_that_is_kept_cannot_be_deleted_by_one_call() {
    let template = Template::read();
    let kept = |then: Value, or: Value| json!({ "Fn::If": ["DataIsKept", then, or] });
    assert_eq!(
        template.properties("Table")["DeletionProtectionEnabled"],
        kept(json!(true), json!(false))
    );
    for name in ["Table", "CredentialsKey"] {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert_eq!(
                template.resource(name)[policy],
                kept(json!("Retain"), json!("Delete")),
                "{name} {policy}"
            );
        }
    }
    assert_eq!(template.section("Parameters")["KeepData"]["Default"], "yes");
}

/// The logical ids that the policies of a type refuse plain HTTP for.
fn refuse_plain_http(template: &Template, policies: &str, named: &str) -> BTreeSet<String> {
    let refuses = |policy: &&Value| {
        let statements = list(&policy["PolicyDocument"]["Statement"]);
        statements.iter().map(|one| one.get("Fn::If").map_or(*one, |either| &either[1])).any(
            |one| {
                one["Effect"] == "Deny"
                    && one["Principal"] == "*"
                    && one["Condition"]["Bool"]["aws:SecureTransport"] == "false"
            },
        )
    };
    let policies: Vec<&Value> =
        template.of_type(policies).map(|(_, policy)| policy).filter(refuses).collect();
    policies.into_iter().flat_map(|policy| list(&policy[named])).filter_map(target).collect()
}

#[test]
fn queues_and_buckets_refuse_plain_http() {
    let template = Template::read();
    assert_eq!(template.section("Parameters")["QueueTransport"]["Default"], "TLS_ONLY");
    assert!(
        !repository::read("samconfig.toml").contains("QueueTransport"),
        "only `cargo stack` goes without"
    );
    let names = |kind: &str| {
        template.of_type(kind).map(|(name, _)| name.clone()).collect::<BTreeSet<String>>()
    };
    assert_eq!(
        refuse_plain_http(&template, "AWS::SQS::QueuePolicy", "Queues"),
        names("AWS::SQS::Queue")
    );
    assert_eq!(
        refuse_plain_http(&template, "AWS::S3::BucketPolicy", "Bucket"),
        names("AWS::S3::Bucket")
    );
}

#[test]
fn each_bucket_is_used_and_closed() {
    let template = Template::read();
    let functions: String =
        template.of_type("AWS::Serverless::Function").map(|(_, function)| text(function)).collect();
    for (name, bucket) in template.of_type("AWS::S3::Bucket") {
        assert!(
            functions.contains(&format!("\"{name}")),
            "no function may use {name}: it leaves the template until one does"
        );
        let closed = json!({
            "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true,
            "RestrictPublicBuckets": true
        });
        assert_eq!(bucket["PublicAccessBlockConfiguration"], closed, "{name}");
    }
}

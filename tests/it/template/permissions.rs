//! Each function may do what its code does, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::code::{Code, source_of, squeezed};
use super::load::{Template, list, text};
use super::resource_of;
use crate::repository;

#[test]
fn each_function_is_granted_what_its_code_asks_for_and_nothing_else() {
    let (template, code) = (Template::read(), Code::read());
    let mut wrong = Vec::new();
    for function in repository::functions() {
        let (granted, needed) =
            (granted(&template, &function), needed(&template, &code, &function));
        wrong.extend(
            needed.difference(&granted).map(|action| {
                format!("{function} lacks {action}: grant it in infra/template.yaml")
            }),
        );
        wrong.extend(granted.difference(&needed).map(|action| {
            format!("{function} never does {action}: take it out of infra/template.yaml")
        }));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn nothing_is_granted_by_a_star() {
    let template = Template::read();
    for (name, properties) in template.of_type("AWS::Serverless::Function") {
        let policies = properties["Policies"].to_string();
        assert!(
            !policies.contains(":*\"") && !policies.contains("\"*\""),
            "{name} is granted `*`: name the actions and resources"
        );
    }
}

#[test]
fn nobody_calls_the_operator_over_http() {
    let template = Template::read();
    let permissions = template.of_type("AWS::Lambda::Permission");
    assert!(
        permissions
            .into_iter()
            .all(|(_, permission)| permission["FunctionName"]["Ref"] != "Operator"),
        "the operator is invoked under IAM only"
    );
}

/// `action on resource`, for each pair of the function's statements.
fn granted(template: &Template, function: &str) -> BTreeSet<String> {
    let policies = &template.properties(&resource_of(function))["Policies"];
    let statements = list(policies).into_iter().flat_map(|policy| list(&policy["Statement"]));
    statements.flat_map(pairs).collect()
}

fn pairs(statement: &Value) -> Vec<String> {
    assert_eq!(statement["Effect"], "Allow");
    let resources: Vec<String> = list(&statement["Resource"]).into_iter().map(place).collect();
    list(&statement["Action"])
        .into_iter()
        .flat_map(|action| {
            resources.iter().map(move |resource| format!("{} on {resource}", text(action)))
        })
        .collect()
}

/// A resource's short name: its logical id, with what follows its ARN.
fn place(resource: &Value) -> String {
    match resource["Fn::GetAtt"].as_array() {
        Some(path) if path[1] == "Arn" => text(&path[0]),
        Some(path) => format!("{}.{}", text(&path[0]), text(&path[1])),
        None => of_sub(&resource["Fn::Sub"]),
    }
}

/// What an `Fn::Sub` names: an index of the table, or what mails leave by: an identity, a
/// configuration set.
fn of_sub(sub: &Value) -> String {
    let name = text(sub.as_array().map_or(sub, |parts| &parts[0]));
    let of_mails = ["identity", "configuration-set"].into_iter().find_map(|kind| {
        let (_, rest) = name.split_once(&format!(":{kind}/${{"))?;
        Some(format!("{kind}/{}", rest.trim_end_matches('}')))
    });
    of_mails.unwrap_or_else(|| name.replace("${Table.Arn}", "Table"))
}

fn queues_read_by(template: &Template, function: &str) -> Vec<String> {
    let sources = template.of_type("AWS::Lambda::EventSourceMapping").map(|(_, source)| source);
    let own = sources
        .filter(|source| super::load::target(&source["FunctionName"]).as_deref() == Some(function));
    own.filter_map(|source| super::load::target(&source["EventSourceArn"])).collect()
}

fn needed(template: &Template, code: &Code, function: &str) -> BTreeSet<String> {
    let source = source_of(function);
    let plain = squeezed(&source);
    let mut needed = if plain.contains("open_store(&shell)") {
        code.table_permissions(&source)
    } else {
        BTreeSet::new()
    };
    needed.extend(keys_used(&plain));
    if plain.contains("worker::serve") {
        for queue in queues_read_by(template, &resource_of(function)) {
            needed.extend(
                ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]
                    .map(|action| format!("sqs:{action} on {queue}")),
            );
        }
    }
    if plain.contains("send_email()") {
        let by = [
            "identity/EmailSender",
            "identity/Domain",
            "configuration-set/LiveMails",
            "configuration-set/TestMails",
        ];
        needed.extend(by.map(|by| format!("ses:SendEmail on {by}")));
    }
    if plain.contains("stream::serve") {
        let actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
        needed.extend(actions.map(|action| format!("dynamodb:{action} on Table.StreamArn")));
        // What it cannot send, Lambda itself puts there, in the function's name.
        needed.insert("sqs:SendMessage on RelayFailures".into());
    }
    if plain.contains("send_message_batch()") {
        let queues = queues_filled_by_messages(template).into_iter();
        needed.extend(queues.map(|queue| format!("sqs:SendMessage on {queue}")));
    }
    needed
}

/// What a function does with the key of secrets.
fn keys_used(plain: &str) -> Vec<String> {
    let asks = |words: &[&str]| words.iter().any(|asked| plain.contains(asked));
    // An organisation's own secret is made where it is not there yet; whoever lists a customer
    // hashes with it.
    let own = [".organisation_secret(", "list_customer(", "address_hash(", "email_statuses("];
    let opens = asks(&["open_processors(&shell)", "open_networks(&shell)", "secrets.open_secret("])
        || asks(&own);
    let keys = [(opens, "kms:Decrypt"), (asks(&[".seal_secret("]) || asks(&own), "kms:Encrypt")];
    keys.iter()
        .filter(|(asked, _)| *asked)
        .map(|(_, action)| format!("{action} on CredentialsKey"))
        .collect()
}

/// The queues that functions read, but for those that messages do not reach from functions.
fn queues_filled_by_messages(template: &Template) -> Vec<String> {
    let queues = template
        .of_type("AWS::Lambda::EventSourceMapping")
        .filter_map(|(_, source)| super::load::target(&source["EventSourceArn"]));
    // What SES tells comes to a queue of its own, by EventBridge.
    queues.filter(|queue| queue != "Table" && queue != "MailEventsQueue").collect()
}
